import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, type Page } from '@playwright/test';
import { ADMIN, TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';
import { expectAccessible, expectAccessibleInBothThemes } from './support/accessibility.js';
import { codeFor, type House, test } from './support/fixtures.js';
import type { Words } from './support/words.js';

const TABLE = 'table[data-table=tickets]';

async function openEditing(page: Page, house: House, words: Words, number: string): Promise<void> {
  await page.goto(`${house.server.url}/tickets/${number}`);
  await page.getByRole('button', { name: words.say('tickets:edit_ticket.button') }).click();
  await expect(page.getByLabel(words.say('tickets:fields.number'))).toBeFocused();
}

test.describe('Number and platform of a ticket', () => {
  test('are edited; a number that is taken says so, what a colleague saves is shown, and it can be undone', async ({
    page,
    house,
    staff,
    words,
  }) => {
    await staff.expect(201, 'POST', '/api/v1/platforms', { name: 'dnsmanager', pretty_name: 'DNSmanager' });
    for (const number of ['E-1', 'E-2'])
      await staff.expect(201, 'POST', '/api/v1/tickets', { number, platform: 'vmmanager-6' });
    await openEditing(page, house, words, 'E-1');
    const dialog = page.getByRole('dialog', { name: words.say('tickets:edit_ticket.title', { number: 'E-1' }) });
    const field = dialog.getByLabel(words.say('tickets:fields.number'));
    const save = dialog.getByRole('button', { name: words.say('common:save'), exact: true });

    await field.fill('E-2');
    await save.click();
    await expect(dialog.getByText(words.say('tickets:new.taken', { number: 'E-2' }))).toBeVisible();
    await expect(field).toHaveValue('E-2');

    // Somebody edits something else: that stays, and nobody has to decide.
    await staff.expect(200, 'PATCH', '/api/v1/tickets/E-1', { platform: 'dnsmanager' });
    await field.fill('E-3');
    await save.click();
    await expect(page).toHaveURL(/\/tickets\/E-3$/);
    expect(await staff.expect(200, 'GET', '/api/v1/tickets/E-3')).toMatchObject({ platform: 'dnsmanager' });
    await page.getByRole('button', { name: words.say('common:undo') }).click();
    await expect(page).toHaveURL(/\/tickets\/E-1$/);
    expect((await staff.request('GET', '/api/v1/tickets/E-3')).status).toBe(404);
  });

  test('that two change at once are shown, and the second decides', async ({ page, house, staff, words }) => {
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'E-10', platform: 'vmmanager-6' });
    await openEditing(page, house, words, 'E-10');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(words.say('tickets:fields.number')).fill('E-11');
    await staff.expect(200, 'PATCH', '/api/v1/tickets/E-10', { number: 'E-12' });
    await dialog.getByRole('button', { name: words.say('common:save'), exact: true }).click();
    await expect(dialog.getByText(words.say('tickets:edit_ticket.conflict'))).toBeVisible();
    await expect(dialog).toContainText('E-12');
    await expectAccessible(page, 'two editing one ticket', '[role=dialog]');
    expect((await staff.request('GET', '/api/v1/tickets/E-11')).status).toBe(404);
    await dialog.getByRole('button', { name: words.say('common:conflict.keep_mine') }).click();
    await expect(page).toHaveURL(/\/tickets\/E-11$/);
    // The note goes to the ticket under its new number.
    await page.keyboard.press('e');
    await page.keyboard.type('renamed');
    await expect.poll(async () => (await staff.expect(200, 'GET', '/api/v1/tickets/E-11')).note).toBe('renamed');
  });
});

test.describe('The limits of a link', () => {
  test('are edited and can be given back', async ({ page, house, staff, words }) => {
    const made = await staff.expect<{ token: string; expires_at: string }>(201, 'POST', '/api/v1/tickets', {
      ...{ number: 'L-1', platform: 'vmmanager-6', attempts: 3 },
    });
    await page.goto(`${house.server.url}/tickets/L-1`);
    const links = page.locator('section').filter({
      has: page.getByRole('heading', { level: 2, name: words.say('tickets:link.title') }),
    });
    await links.getByRole('button', { name: words.say('tickets:edit'), exact: true }).click();
    const dialog = page.getByRole('dialog', { name: words.say('tickets:link.edit_title') });
    await dialog.getByLabel(words.say('tickets:fields.attempts')).fill('9');
    await dialog.getByLabel(words.say('tickets:fields.label')).fill('second node');
    await dialog.getByRole('button', { name: words.say('common:save'), exact: true }).click();
    await expect(links.getByText(words.say('tickets:link.left', { count: 9 }))).toBeVisible();
    await page.getByRole('button', { name: words.say('common:undo') }).click();
    await expect(links.getByText(words.say('tickets:link.left', { count: 3 }))).toBeVisible();
    await expect(links.getByText('second node')).toHaveCount(0);
    expect(await staff.expect(200, 'GET', '/api/v1/tickets/L-1')).toMatchObject({ expires_at: made.expires_at });
  });
});

test.describe('The columns of a list', () => {
  test('are chosen and sized, by keyboard and by pointer, and stay so for this person', async ({
    page,
    house,
    staff,
    words,
  }) => {
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'W-1', platform: 'vmmanager-6' });
    await page.goto(`${house.server.url}/?search=W-`);
    const head = (text: string) => page.getByRole('columnheader', { name: words.say(text), exact: true });
    const width = async (text: string) => (await head(text).boundingBox())?.width ?? 0;
    await expect(head('tickets:columns.who')).toBeVisible();

    await page.getByRole('button', { name: words.say('common:columns.button') }).press('Enter');
    await page.getByRole('checkbox', { name: words.say('tickets:columns.who') }).press('Space');
    await expect(head('tickets:columns.who')).toHaveCount(0);
    const before = await width('tickets:fields.platform');
    const slider = page.getByRole('slider', {
      name: words.say('common:columns.width', { name: words.say('tickets:fields.platform') }),
    });
    for (let step = 0; step < 5; step += 1) await slider.press('ArrowRight');
    await expect.poll(() => width('tickets:fields.platform')).toBeGreaterThan(before + 30);
    await page.keyboard.press('Escape');

    const edge = await head('tickets:columns.files').boundingBox();
    const end = (edge?.x ?? 0) + (edge?.width ?? 0);
    await page.mouse.move(end - 4, (edge?.y ?? 0) + 8);
    await page.mouse.down();
    await page.mouse.move(end + 76, (edge?.y ?? 0) + 8, { steps: 3 });
    await page.mouse.up();
    await expect.poll(() => width('tickets:columns.files')).toBeCloseTo((edge?.width ?? 0) + 80, -1);

    await page.reload();
    await expect(head('tickets:columns.files')).toBeVisible();
    await expect(head('tickets:columns.who')).toHaveCount(0);
    expect(await width('tickets:columns.files')).toBeCloseTo((edge?.width ?? 0) + 80, -1);

    await page.getByRole('button', { name: words.say('common:columns.button') }).click();
    await page.getByRole('button', { name: words.say('common:columns.reset') }).click();
    await expect(head('tickets:columns.who')).toHaveCount(1);
  });
});

test.describe('What others do', () => {
  test('is seen without reloading: a file makes its ticket rise, a deleted ticket says so', async ({
    page,
    house,
    staff,
    words,
  }) => {
    const { token } = await staff.expect<{ token: string }>(201, 'POST', '/api/v1/tickets', {
      ...{ number: 'A-1', platform: 'vmmanager-6' },
    });
    await staff.expect(201, 'POST', '/api/v1/tickets', { number: 'A-2', platform: 'vmmanager-6' });
    await page.goto(`${house.server.url}/?search=A-`);
    const rows = page.locator(`${TABLE} tbody tr`);
    await expect(rows.first()).toContainText('A-2');
    const sent = await fetch(`${house.server.url}/api/v1/archives/late.log`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: 'arrived',
    });
    expect(sent.status).toBe(201);
    await expect(rows.first()).toContainText('A-1');
    await expect(rows.first()).toContainText(words.say('tickets:files', { count: 1 }));
    await page
      .getByRole('alertdialog')
      .getByRole('button', { name: words.say('palette:open') })
      .click();
    await expect(page).toHaveURL(/\/tickets\/A-1$/);
    await expect(page.getByText('late.log').first()).toBeVisible();

    await (await house.refresh()).expect(204, 'DELETE', '/api/v1/tickets/A-1');
    await expect(
      page.getByRole('heading', { level: 1, name: words.say('tickets:page.not_found', { number: 'A-1' }) }),
    ).toBeVisible();
  });
});

test.describe('Somebody without a second factor', () => {
  test('is told what it is for, sets one up, and is back where it was needed', async ({ page, words }) => {
    const server = await TestServer.start();
    try {
      const admin = await Admin.withoutSecondFactor(server);
      await admin.createPlatform();
      const { token } = await admin.createTicket('L-1');
      await fetch(`${server.url}/api/v1/archives/locked.log`, {
        method: 'PUT',
        headers: { 'Upload-Token': token },
        body: 'locked',
      });
      await page.context().request.post(`${server.url}/api/v1/auth/token?cookie=1`, {
        headers: { 'Sec-Fetch-Site': 'same-origin' },
        data: ADMIN,
      });
      await page.goto(`${server.url}/tickets/L-1`);
      await expect(page.getByText('locked.log').first()).toBeVisible();
      await page.getByRole('link', { name: words.say('archives:locked.enrol') }).click();
      await page.getByRole('button', { name: words.say('credentials:why.action') }).click();
      const secret = (await page.getByRole('main').locator('code').first().textContent())?.replace(/\s/g, '') ?? '';
      await page.getByLabel(words.say('credentials:code.authenticator')).fill(await codeFor(secret));
      await page.getByRole('button', { name: words.say('credentials:scan.action') }).click();
      await page.getByText(words.say('credentials:recovery.kept'), { exact: true }).first().click();
      await expect(page).toHaveURL(`${server.url}/tickets/L-1`);
      await expect(
        page.getByRole('link', { name: words.say('archives:download_named', { name: 'locked.log' }) }),
      ).toBeVisible();
    } finally {
      await server.dispose();
    }
  });
});

test.describe('A second factor given more than five minutes ago', () => {
  test.use({ role: 'admin' });

  test('is asked for again over what needs it, which then goes on by itself', async ({ page, house, staff, words }) => {
    await staff.expect(201, 'POST', '/api/v1/platforms', { name: 'gone-soon', pretty_name: 'Gone soon' });
    // Nobody waits five minutes here.
    const database = new DatabaseSync(join(house.server.dataDir, 'logs-collector.sqlite3'));
    database
      .prepare(
        'UPDATE session SET second_factor_at = second_factor_at - 600000 WHERE user_id = (SELECT id FROM user WHERE username = ?)',
      )
      .run(staff.username);
    database.close();
    await page.goto(`${house.server.url}/platforms`);
    await page.getByRole('button', { name: words.say('platforms:delete', { name: 'Gone soon' }) }).click();
    await page.getByRole('button', { name: words.say('platforms:delete_platform') }).click();
    const dialog = page.getByRole('dialog', { name: words.say('credentials:verify.title') });
    await expect(dialog).toBeVisible();
    await expectAccessibleInBothThemes(page, 'the question for a code', '[role=dialog]');
    await dialog.getByRole('button', { name: words.say('credentials:code.use_recovery') }).click();
    await dialog.getByLabel(words.say('credentials:code.recovery')).fill(staff.spareCode());
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('row', { name: 'Gone soon' })).toHaveCount(0);
    expect((await staff.request('GET', '/api/v1/platforms/gone-soon')).status).toBe(404);
  });
});
