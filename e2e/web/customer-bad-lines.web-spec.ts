import { expect } from '@playwright/test';
import { TcpProxy } from '../support/tcp-proxy.js';
import { CustomerDesk } from './support/customer-desk.js';
import { sha256OfFile } from './support/files.js';
import { House, test } from './support/fixtures.js';

const MIB = 1024 * 1024;
/** What may go over the line for each byte of a file that was interrupted: its headers, and what was on the way. */
const MAX_OVERHEAD = 1.15;

let house: House;
let line: TcpProxy;
let tickets = 0;

test.beforeAll(async () => {
  house = await House.open();
});
test.afterAll(() => house.server.dispose());
test.beforeEach(async () => {
  line = await new TcpProxy(house.server.port).start();
});
test.afterEach(() => line.stop());

async function newLink(): Promise<string> {
  tickets += 1;
  const { token } = await (await house.refresh()).createTicket(`B-${tickets}`);
  return `${line.url}/u#${token}`;
}

test('Once the page has come, sending the first file needs no more of it', async ({ page, hands, words, files }) => {
  const desk = new CustomerDesk(page, hands, words);
  await desk.open(await newLink());
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/assets/upload-desk-')),
  );
  await page.waitForLoadState('networkidle');
  await page.route('**/assets/**', (route) => route.abort());
  await desk.choose(files.make('small.log', MIB));
  await expect(desk.receipt(1)).toBeVisible();
});

test('Two cuts and a reload cost little more than the file itself', async ({ page, hands, words, files }) => {
  line.bytesPerSecond = 10 * MIB;
  const desk = new CustomerDesk(page, hands, words);
  await desk.open(await newLink());
  const file = files.make('bundle.tar.gz', 48 * MIB, 3);
  for (const after of [6, 18]) line.cutAfter(after * MIB);
  await desk.choose(file);
  await expect.poll(() => line.passed.up, { timeout: 90_000 }).toBeGreaterThan(32 * MIB);
  await desk.reloadAnyway();
  await desk.choose(file);
  await expect(desk.receipt(1)).toContainText(await sha256OfFile(file.path), { timeout: 90_000 });
  expect(line.cutsLeft).toBe(0);
  expect(line.passed.up / file.size).toBeLessThan(MAX_OVERHEAD);
});

test('A server that is killed and comes back takes nothing from anybody: three files at once, and nobody touches the page', async ({
  page,
  hands,
  words,
  files,
}) => {
  line.bytesPerSecond = 12 * MIB;
  const desk = new CustomerDesk(page, hands, words);
  await desk.open(await newLink());
  const three = [1, 2, 3].map((seed) => files.make(`node-${seed}.log`, 12 * MIB, seed));
  await desk.choose(...three);
  await expect.poll(() => line.passed.up).toBeGreaterThan(10 * MIB);
  await house.server.kill();
  await expect(desk.row('node-1.log')).toContainText(words.say('upload:waiting.line'));
  await house.server.start();
  await expect(desk.receipt(3)).toBeVisible({ timeout: 90_000 });
  for (const { path } of three) await expect(desk.receipt(3)).toContainText(await sha256OfFile(path));
});
