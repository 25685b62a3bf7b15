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

test('Two cuts and a reload cost little more than the file itself', async ({ page, hands, words, files }) => {
  line.bytesPerSecond = 10 * MIB;
  const desk = new CustomerDesk(page, hands, words);
  await desk.open(await newLink());
  const file = files.make('bundle.tar.gz', 48 * MIB, 3);
  for (const after of [6, 18]) line.cutAfter(after * MIB);
  await desk.choose(file);
  await expect.poll(() => line.passed.up, { timeout: 30_000 }).toBeGreaterThan(32 * MIB);
  await desk.reloadAnyway();
  await desk.choose(file);
  await expect(desk.receipt(1)).toContainText(await sha256OfFile(file.path), { timeout: 30_000 });
  expect(line.cutsLeft).toBe(0);
  expect(line.passed.up / file.size).toBeLessThan(MAX_OVERHEAD);
});
