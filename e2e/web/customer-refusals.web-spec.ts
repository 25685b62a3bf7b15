import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@playwright/test';
import type { TicketReply } from '../support/staff.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { CustomerDesk } from './support/customer-desk.js';
import { sha256OfFile } from './support/files.js';
import { House, test } from './support/fixtures.js';

const MIB = 1024 * 1024;
const LIMIT = 24 * MIB;
const NASTY_NAME = '<img src=x onerror=alert(1)>.log';

let house: House;
let tickets = 0;

test.beforeAll(async () => {
  house = await House.open({ MAX_UPLOAD_BYTES: '24MiB', ORGANISATION: 'Acme <b>Support</b>' });
});
test.afterAll(() => house.server.dispose());

async function newTicket(fields: Record<string, unknown> = {}): Promise<TicketReply & { link: string }> {
  tickets += 1;
  const ticket = await (await house.refresh()).createTicket(`C-${tickets}`, fields);
  return { ...ticket, link: `${house.server.url}/u#${ticket.token}` };
}

test.describe('A link that does not let anybody in says why and what to do', () => {
  test('wrong characters, a part of it missing, spaces around it', async ({ page, words }) => {
    const { token, number } = await newTicket();
    await page.goto(`${house.server.url}/u`);
    const field = page.getByLabel(words.say('upload:token.label'));
    const go = page.getByRole('button', { name: words.say('upload:token.open') });
    await go.click();
    await expect(page.getByText(words.say('upload:token.empty'))).toBeVisible();
    await field.fill(`${token.slice(0, 31)}!`);
    await go.click();
    await expect(page.getByText(words.like('upload:token.wrong_characters'))).toBeVisible();
    await field.fill(token.slice(0, 12));
    await go.click();
    await expect(page.getByText(/32/).first()).toBeVisible();
    await field.fill(`  ${token.slice(0, 10)} ${token.slice(10).toUpperCase()}\n`);
    await go.click();
    await expect(page.getByText(number).first()).toBeVisible();
    expect(page.url()).not.toContain(token);
  });

  test('unknown', async ({ page, words }) => {
    await page.goto(`${house.server.url}/u#${'a'.repeat(32)}`);
    await expect(page.getByText(words.say('upload:link.wrong.title'))).toBeVisible();
    // To be compared with what was sent; and another press asks again.
    await expect(page.getByLabel(words.say('upload:token.label'))).toHaveValue('a'.repeat(32));
    const asked = page.waitForRequest('**/api/v1/check/token');
    await page.getByRole('button', { name: words.say('upload:token.open') }).click();
    await asked;
    await expect(page.getByText(words.say('upload:link.wrong.title'))).toBeVisible();
  });

  test('resolved', async ({ page, words }) => {
    const { link, number } = await newTicket();
    await house.admin.expect(200, 'PATCH', `/api/v1/tickets/${number}`, { resolved: true });
    await page.goto(link);
    await expect(page.getByText(words.say('upload:closed.ticket_resolved.title'))).toBeVisible();
  });

  test('expired', async ({ page, words }) => {
    const { link } = await newTicket({ expires_at: new Date(Date.now() + 2_000).toISOString() });
    await delay(2_100);
    await page.goto(link);
    await expect(page.getByText(words.say('upload:closed.token_expired.title'))).toBeVisible();
  });

  test('revoked, and exhausted', async ({ page, words }) => {
    for (const [method, status, code] of [
      ['DELETE', 204, 'token_revoked'],
      ['PATCH', 200, 'attempts_exhausted'],
    ] as const) {
      const { link, number } = await newTicket();
      const [token] = await house.admin.expect<{ id: string }[]>(200, 'GET', `/api/v1/tickets/${number}/tokens`);
      const body = method === 'PATCH' ? { attempts: 0 } : undefined;
      await house.admin.expect(status, method, `/api/v1/tokens/${token?.id}`, body);
      await page.goto('about:blank');
      await page.goto(link);
      await expect(page.getByText(words.say(`upload:closed.${code}.title`))).toBeVisible();
    }
  });
});

test.describe('A file that cannot be taken', () => {
  test('is refused before a byte of it is sent: too large, empty', async ({ page, hands, words, files }) => {
    const desk = new CustomerDesk(page, hands, words);
    await desk.open((await newTicket()).link);
    const sent: string[] = [];
    page.on('request', (request) => request.method() !== 'GET' && sent.push(request.url()));
    await desk.choose(files.makeSparse('large.log', LIMIT + 1), files.make('empty.log', 0));
    await expect(page.getByText(words.like('upload:unsent.too_large'))).toBeVisible();
    await expect(page.getByText(words.say('upload:unsent.empty', { name: 'empty.log' }))).toBeVisible();
    expect(sent).toEqual([]);
  });

  test('more files than the link allows are offered to be sent as one archive', async ({
    page,
    hands,
    words,
    files,
  }) => {
    const desk = new CustomerDesk(page, hands, words);
    const { link, number } = await newTicket({ attempts: 1 });
    await desk.open(link);
    await desk.choose(files.make('a.log', 5_000, 1), files.make('b.log', 70_000, 2));
    await page.getByRole('button', { name: words.say('upload:unsent.pack', { count: 2 }) }).click();
    await expect(desk.receipt(1)).toBeVisible();
    const [archive] = await house.admin.expect<{ name: string }[]>(200, 'GET', `/api/v1/archives?ticket=${number}`);
    expect(archive?.name).toMatch(/\.tar$/);
  });
});

test.describe('An upload goes on', () => {
  test('with a name that is a piece of HTML, which stays a name', async ({
    page,
    hands,
    words,
    files,
    customerPage,
  }) => {
    page.on('dialog', (dialog) => expect(dialog.message()).toBe('never'));
    const desk = new CustomerDesk(page, hands, words);
    const { link, number } = await newTicket();
    await desk.open(link);
    await desk.choose(files.make(NASTY_NAME, 9_000));
    await expect(desk.receipt(1)).toContainText(NASTY_NAME);
    await expect(page.locator('img[src=x]')).toHaveCount(0);
    await expect(page.locator('h1')).toContainText('Acme <b>Support</b>');

    await house.logIn(customerPage.context(), await house.invite('viewer'));
    for (const path of [`/tickets/${number}`, '/archives']) {
      await customerPage.goto(house.server.url + path);
      await expect(customerPage.getByText(NASTY_NAME).first()).toBeVisible();
      await expect(customerPage.locator('img[src=x]')).toHaveCount(0);
    }
  });

  test('after a pause, after the server was restarted, and is thrown away only when asked', async ({
    page,
    hands,
    words,
    files,
  }) => {
    const line = await new TcpProxy(house.server.port).start();
    line.bytesPerSecond = 3 * MIB;
    const desk = new CustomerDesk(page, hands, words);
    const { link } = await newTicket();
    await desk.open(link.replace(house.server.url, line.url));
    const file = files.make('journal.log', 20 * MIB);
    await desk.choose(file);
    await page.getByRole('button', { name: words.say('upload:row.pause', { name: file.name }) }).click();
    await expect(desk.row(file.name)).toContainText(words.like('upload:status.paused'));
    await page.getByRole('button', { name: words.say('upload:row.resume', { name: file.name }) }).click();
    await expect.poll(() => line.passed.up).toBeGreaterThan(6 * MIB);
    await house.server.restart();
    await expect(desk.row(file.name).getByText(/Nothing is lost/)).toBeVisible();
    await page.getByRole('button', { name: words.say('upload:row.cancel', { name: file.name }) }).click();
    await page.getByRole('button', { name: words.say('upload:row.keep') }).click();
    line.bytesPerSecond = 0;
    await expect(desk.receipt(1)).toBeVisible({ timeout: 60_000 });
    await expect(desk.receipt(1)).toContainText(await sha256OfFile(file.path));
    await line.stop();
  });

  test('after a reload, unless it is given up, which asks first and says how much would be gone', async ({
    page,
    hands,
    words,
    files,
  }) => {
    const line = await new TcpProxy(house.server.port).start();
    line.bytesPerSecond = 4 * MIB;
    const desk = new CustomerDesk(page, hands, words);
    const { link, number } = await newTicket();
    await desk.open(link.replace(house.server.url, line.url));
    const file = files.make('bundle.tar.gz', 16 * MIB);
    await desk.choose(file);
    await expect.poll(() => line.passed.up).toBeGreaterThan(5 * MIB);
    await desk.reloadAnyway();
    const giveUp = desk.remembered.getByRole('button', {
      name: words.say('upload:remembered.forget_named', { name: file.name }),
    });
    const question = desk.remembered.getByRole('alertdialog', {
      name: words.say('upload:row.discard_label', { name: file.name }),
    });
    const underWay = async () =>
      (await house.admin.expect<unknown[]>(200, 'GET', `/api/v1/tickets/${number}/uploads`)).length;

    await giveUp.click();
    await expect(question).toContainText(/\d MB/);
    await page.keyboard.press('Escape');
    await expect(giveUp).toBeFocused();
    expect(await underWay()).toBe(1);

    await giveUp.click();
    await question.getByRole('button', { name: words.say('upload:row.discard') }).click();
    await expect(desk.remembered).toHaveCount(0);
    await expect.poll(underWay).toBe(0);
    await line.stop();
  });

  test('asks no third party, and us but once, and keeps no cookie', async ({ page, hands, words, context }) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await new CustomerDesk(page, hands, words).open((await newTicket()).link);
    expect(asked.filter((path) => path.startsWith('/api/'))).toEqual(['/api/v1/check/token']);
    expect(await context.cookies()).toEqual([]);
  });

  test('gives a receipt to save, which names what was stored', async ({ page, hands, words, files }) => {
    const desk = new CustomerDesk(page, hands, words);
    await desk.open((await newTicket()).link);
    const file = files.make('nginx.log', 30_000);
    await desk.choose(file);
    const receipt = desk.receipt(1);
    // Read out at once, wherever the focus was.
    await expect(receipt.getByRole('heading')).toBeFocused();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      receipt.getByRole('button', { name: words.say('upload:receipt.save') }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.json$/);
    // On paper, too, it says who asked and for what.
    await page.emulateMedia({ media: 'print' });
    await expect(receipt).toContainText(file.name);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Acme');
    await expect(page.getByRole('region', { name: words.say('upload:drop.label') })).toBeHidden();
  });
});
