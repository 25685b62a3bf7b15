import { expect, type Locator } from '@playwright/test';
import { expectAccessibleInBothThemes } from './support/accessibility.js';
import { test } from './support/fixtures.js';
import { StaffDesk } from './support/staff-desk.js';

const SCRIPTED_NOTE = `# Crashed

<script>alert(1)</script><img src=x onerror=alert(1)>

[press me](javascript:alert(1)) ![picture](https://elsewhere.example/pixel.png)
- one
- two`;

test.describe('The note of a ticket', () => {
  test('with a script in it is text, and asks no other server for a picture', async ({
    page,
    house,
    staff,
    hands,
    words,
  }) => {
    page.on('dialog', (dialog) => expect(dialog.message()).toBe('never'));
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'N-1', platform: 'vmmanager-6', note: SCRIPTED_NOTE });
    await page.goto(`${house.server.url}/tickets/N-1`);
    const note = new StaffDesk(page, hands, words).section('tickets:fields.note');
    await expect(note.getByRole('heading', { name: 'Crashed' })).toBeVisible();
    await expect(note.getByRole('listitem')).toHaveCount(2);
    await expect(note.locator('script, img[src^="x"], img[src^="http"], a[href^="javascript"]')).toHaveCount(0);
  });

  test('is not lost when the login ends while it is written', async ({ page, house, staff, context, words }) => {
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'N-2', platform: 'vmmanager-6', note: 'before' });
    await page.goto(`${house.server.url}/tickets/N-2`);
    await expect(page.getByRole('heading', { level: 1, name: /^N-/ })).toBeVisible();
    await page.keyboard.press('e');
    const field = page.getByRole('textbox', { name: words.say('tickets:fields.note') });
    await expect(field).toBeFocused();
    // One goes on where the note ends.
    await page.keyboard.type('\nand');
    await expect(field).toHaveValue('before\nand');
    await field.fill('before\nand what took an hour to write');
    await context.clearCookies();
    await field.press('End');
    await page.keyboard.type('!');
    const dialog = page.getByRole('alertdialog', { name: words.say('login:ended.title') });
    await expect(dialog).toBeVisible();
    await expectAccessibleInBothThemes(page, 'the login that ended', '[role=alertdialog]');
    await dialog.getByLabel(words.say('login:password'), { exact: true }).fill(staff.password);
    await dialog.getByRole('button', { name: words.say('login:login.action'), exact: true }).click();
    await dialog.getByRole('button', { name: words.say('credentials:code.use_recovery') }).click();
    await dialog.getByLabel(words.say('credentials:code.recovery')).fill(staff.spareCode());
    await dialog.getByRole('button', { name: words.say('login:login.action'), exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(field).toHaveValue('before\nand what took an hour to write!');
    await expect
      .poll(async () => (await staff.expect(200, 'GET', '/api/v1/tickets/N-2')).note)
      .toBe('before\nand what took an hour to write!');
  });

  test('that two people write at once is shown as a difference, and nobody is overwritten unasked', async ({
    page,
    house,
    staff,
    words,
  }) => {
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'N-3', platform: 'vmmanager-6', note: 'first' });
    await page.goto(`${house.server.url}/tickets/N-3`);
    await expect(page.getByRole('heading', { level: 1, name: /^N-/ })).toBeVisible();
    await page.keyboard.press('e');
    const field = page.getByRole('textbox', { name: words.say('tickets:fields.note') });
    await field.fill('first, and mine');
    await staff.expect(200, 'PATCH', '/api/v1/tickets/N-3', { note: 'first, and theirs' });
    await field.press('End');
    await page.keyboard.type('!');
    await expect(page.getByText(words.say('tickets:note.conflict'), { exact: true }).first()).toBeVisible();
    await expect(page.getByLabel(words.say('tickets:note.conflict_diff'))).toContainText('− first, and theirs');
    expect((await staff.expect(200, 'GET', '/api/v1/tickets/N-3')).note).toBe('first, and theirs');
    await page.getByRole('button', { name: words.say('tickets:note.conflict_mine') }).click();
    await expect
      .poll(async () => (await staff.expect(200, 'GET', '/api/v1/tickets/N-3')).note)
      .toBe('first, and mine!');
  });
});

test.describe('The list of tickets', () => {
  test('is worked with single keys', async ({ page, house, staff, words }) => {
    for (const number of ['K-1', 'K-2', 'K-3']) {
      await staff.expect(201, 'POST', '/api/v1/tickets', { number, platform: 'vmmanager-6' });
    }
    await page.goto(`${house.server.url}/?search=K-`);
    await expect(page.getByRole('link', { name: 'K-3' })).toBeVisible();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect(page.getByRole('link', { name: 'K-2' })).toBeFocused();
    await page.keyboard.press('r');
    await expect(page.getByText(words.say('tickets:toast.resolved_one_ticket', { number: 'K-2' }))).toBeVisible();
    // The keys go on from the same place.
    await expect(page.getByRole('link', { name: 'K-1' })).toBeFocused();
    await page.keyboard.press('u');
    await expect(page.getByRole('link', { name: 'K-2' })).toBeVisible();
    expect(await staff.expect(200, 'GET', '/api/v1/tickets/K-2')).toMatchObject({ resolved: false });
    await page.keyboard.press('/');
    await expect(page.getByRole('searchbox').first()).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page).not.toHaveURL(/search=/);
    // The keys mean the row that has the focus, however it came there.
    await page.getByRole('link', { name: 'K-1' }).focus();
    await page.keyboard.press('x');
    await expect(
      page.getByRole('checkbox', { name: words.say('tickets:select.one', { number: 'K-1' }) }),
    ).toBeChecked();
    await page.keyboard.press('x');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/tickets\/K-1$/);
    await expect(page.getByRole('main')).toBeFocused();
    await page.goBack();
    await expect(page.getByRole('link', { name: 'K-1' })).toBeFocused();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: words.say('tickets:keys.title') })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await expect(page.getByRole('dialog', { name: words.say('tickets:new.title') })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('K-3');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/tickets\/K-3$/);
    // The row that had the focus is gone; what has it now is the new page.
    await expect(page.getByRole('main')).toBeFocused();
  });

  test('lets whoever types and opens a ticket at once go there', async ({ page, house, staff, words }) => {
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'Q-1', platform: 'vmmanager-6' });
    await page.clock.install();
    const asked = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    // The page of a ticket is fetched when the first is opened: on a slow line that takes longer than a pause in typing.
    await page.route('**/assets/ticket-page-*.js', async (route) => {
      asked.resolve();
      await released.promise;
      await route.continue();
    });
    await page.goto(house.server.url);
    await page.getByRole('searchbox', { name: words.say('tickets:filter.search') }).pressSequentially('Q');
    await page.getByRole('link', { name: 'Q-1' }).click();
    await asked.promise;
    await page.clock.runFor(1_000);
    released.resolve();
    await expect(page.getByRole('heading', { level: 1, name: 'Q-1' })).toBeVisible();
    await expect(page).toHaveURL(/\/tickets\/Q-1$/);
  });

  test('is found by the name of a file, from any page', async ({ page, house, staff, words }) => {
    const ticket = { number: 'P-1', platform: 'vmmanager-6' };
    const { token } = await staff.expect<{ token: string }>(201, 'POST', '/api/v1/tickets', ticket);
    const reply = await fetch(`${house.server.url}/api/v1/archives/Core-of-node-7.zst`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: 'core',
    });
    expect(reply.status).toBe(201);
    await page.goto(`${house.server.url}/storage`);
    await page.getByRole('button', { name: words.say('palette:button') }).click();
    await page.keyboard.type('node-7');
    await expect(page.getByRole('menuitem', { name: 'Core-of-node-7.zst' })).toContainText('P-1');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/tickets\/P-1$/);
  });

  test('has its messages within reach of F6, and the way back', async ({ page, house, staff, words }) => {
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'R-1', platform: 'vmmanager-6' });
    await page.goto(`${house.server.url}/tickets/R-1`);
    const resolve = page.getByRole('main').getByRole('button', { name: words.say('tickets:resolve'), exact: true });
    await resolve.click();
    const messages = page.getByRole('region', { name: words.say('common:notifications') });
    await expect(messages).toBeVisible();
    const hasFocus = (part: Locator) => part.evaluate((element) => element.contains(document.activeElement));
    await page.keyboard.press('F6');
    await expect.poll(() => hasFocus(messages)).toBe(true);
    await page.keyboard.press('F6');
    await expect.poll(() => hasFocus(page.getByRole('main'))).toBe(true);
  });

  test('takes every letter of a search, also where the machine is slower than the typing', async ({
    page,
    context,
    house,
    staff,
    words,
  }) => {
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'SLOW-1', platform: 'vmmanager-6' });
    await page.goto(house.server.url);
    const field = page.getByRole('searchbox', { name: words.say('tickets:filter.search') });
    await expect(page.getByRole('link', { name: 'SLOW-1' })).toBeVisible();
    await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await field.focus();
    // As slow as a person may type: after each letter the list begins to follow, and the next letter comes.
    await page.keyboard.type('nobody has this', { delay: 260 });
    await expect(field).toHaveValue('nobody has this');
    await expect(page).toHaveURL(/search=nobody\+has\+this$/);
    await expect(field).toHaveValue('nobody has this');
    await page.getByRole('button', { name: words.say('tickets:empty.show_all') }).click();
    await expect(field).toHaveValue('');
    await expect(page.getByRole('link', { name: 'SLOW-1' })).toBeVisible();
  });

  test('keeps its filters in the address', async ({ page, house, staff, words }) => {
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'F-1', platform: 'vmmanager-6' });
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'F-2', platform: 'vmmanager-6' });
    await page.goto(house.server.url);
    await page.getByRole('searchbox', { name: words.say('tickets:filter.search') }).fill('F-2');
    await expect(page.getByRole('link', { name: 'F-2' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'F-1' })).toHaveCount(0);
    const address = page.url();
    expect(address).toContain('F-2');
    await page.reload();
    await expect(page.getByRole('link', { name: 'F-2' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'F-1' })).toHaveCount(0);
  });
});

test.describe('On a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('the list comes first; its filters open on demand and say how many narrow it', async ({
    page,
    staff,
    words,
  }) => {
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'M-1', platform: 'vmmanager-6' });
    await page.goto('/?search=M-1');
    await expect(page.getByRole('link', { name: 'M-1' })).toBeVisible();
    const whose = page.getByLabel(words.say('tickets:filter.whose'));
    await expect(whose).toBeHidden();
    await page.getByRole('button', { name: words.say('tickets:filter.button'), exact: true }).click();
    await whose.selectOption('mine');
    await expect(
      page.getByRole('button', { name: words.say('tickets:filter.button_narrowing', { number: 1 }) }),
    ).toBeVisible();
    await expect(page).toHaveURL(/mine=true/);
  });
});

test.describe('A browser without a line', () => {
  test('says so and what to do, and goes on by itself when it is back', async ({ page, context, staff, words }) => {
    await staff.expect(200, 'GET', '/api/v1/auth/me');
    await page.goto('/archives');
    await page.getByRole('link', { name: words.say('common:pages.tickets'), exact: true }).click();
    await page.getByRole('link', { name: words.say('common:pages.archives'), exact: true }).click();
    await context.setOffline(true);
    await page.getByRole('searchbox').first().fill('journal');
    await expect(page.getByText(words.say('common:problem.offline'))).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByText(words.say('common:problem.offline'))).toHaveCount(0);
    await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
  });
});

test.describe('A viewer', () => {
  test.use({ role: 'viewer' });

  test('is offered nothing that would be refused', async ({ page, house, staff, words }) => {
    const admin = await house.refresh();
    await admin.createTicket('V-1');
    await page.goto(`${house.server.url}/tickets/V-1`);
    await expect(page.getByRole('heading', { level: 1, name: 'V-1' })).toBeVisible();
    for (const text of ['resolve', 'delete', 'edit']) {
      await expect(page.getByRole('button', { name: words.say(`tickets:${text}`), exact: true })).toHaveCount(0);
    }
    expect(await page.content()).not.toContain((await admin.readTicket('V-1')).token);
    expect(staff.username).toMatch(/^viewer/);
  });
});
