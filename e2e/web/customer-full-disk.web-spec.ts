import { expect } from '@playwright/test';
import { TcpProxy } from '../support/tcp-proxy.js';
import { canMount, Tmpfs } from '../support/tmpfs.js';
import { CustomerDesk } from './support/customer-desk.js';
import { sha256OfFile } from './support/files.js';
import { House, test } from './support/fixtures.js';

const MIB = 1024 * 1024;
const SIZE = 40 * MIB;

test.skip(!canMount() && process.env.CI !== 'true', 'needs the capability tmpfs; npm test says so at its end');

let volume: Tmpfs;
let house: House;
let line: TcpProxy;

test.beforeAll(async () => {
  volume = Tmpfs.mount(128);
  house = await House.open({ STORAGE_URL: `file://${volume.directory}`, MIN_FREE_BYTES: '16MiB' });
  line = await new TcpProxy(house.server.port).start();
});
test.afterAll(async () => {
  await line?.stop();
  await house?.server.dispose();
  volume?.unmount();
});

test('A disk that is full at 90 % of a file is told in plain words, loses nothing, and the upload goes on', async ({
  page,
  hands,
  words,
  files,
}) => {
  line.bytesPerSecond = 10 * MIB;
  const { token, number } = await house.admin.createTicket('FULL-1', { attempts: 1 });
  const desk = new CustomerDesk(page, hands, words);
  await desk.open(`${line.url}/u#${token}`);
  const file = files.make('core.dump', SIZE);
  line.stallAfter(0.9 * SIZE);
  await desk.choose(file);

  await expect.poll(() => line.passed.up, { timeout: 90_000 }).toBeGreaterThan(0.9 * SIZE);
  volume.fill();
  line.stall(false);
  await expect(desk.row(file.name)).toContainText(words.say('upload:waiting.full'));
  const sent = line.passed.up;
  volume.remove();
  // The server looks every few seconds how much is free, and refuses until then.
  await expect(async () => {
    const now = page.getByRole('button', { name: words.say('upload:status.now') });
    if (await now.isVisible()) await now.click();
    await expect(desk.receipt(1)).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 90_000 });
  await expect(desk.receipt(1)).toContainText(await sha256OfFile(file.path));
  // What had arrived stayed.
  expect(line.passed.up - sent).toBeLessThan(SIZE / 2);
  expect(await house.admin.readTicket(number)).toMatchObject({ archives_count: 1 });
});
