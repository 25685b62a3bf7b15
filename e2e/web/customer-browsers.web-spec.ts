import { expect, type Page } from '@playwright/test';
import { PLAIN_HTTP_HOST } from '../support/chromium.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { CustomerDesk } from './support/customer-desk.js';
import { sha256OfFile } from './support/files.js';
import { House, test } from './support/fixtures.js';
import type { Hands } from './support/hands.js';
import type { Words } from './support/words.js';

const MIB = 1024 * 1024;

let house: House;
let tickets = 0;
test.beforeAll(async () => {
  house = await House.open();
});
test.afterAll(() => house.server.dispose());

async function openDesk(page: Page, hands: Hands, words: Words, origin = house.server.url): Promise<CustomerDesk> {
  tickets += 1;
  const { token } = await (await house.refresh()).createTicket(`W-${tickets}`);
  const desk = new CustomerDesk(page, hands, words);
  await desk.open(`${origin}/u#${token}`);
  return desk;
}

test('On plain http, without Web Crypto, clipboard and locks, everything works, and the page says what is better', async ({
  page,
  hands,
  words,
  files,
}) => {
  const desk = await openDesk(page, hands, words, `http://${PLAIN_HTTP_HOST}:${house.server.port}`);
  expect(await page.evaluate(() => [isSecureContext, typeof crypto.subtle, typeof navigator.clipboard])).toEqual([
    false,
    'undefined',
    'undefined',
  ]);
  await expect(page.getByText(words.say('upload:insecure.title'))).toBeVisible();
  const file = files.make('nginx.log', 3 * MIB);
  await desk.choose(file);
  const receipt = desk.receipt(1);
  await expect(receipt).toContainText(await sha256OfFile(file.path));
  await receipt.getByRole('button', { name: words.say('upload:receipt.copy') }).click();
  await expect(receipt.getByRole('button', { name: words.say('common:copied') })).toBeVisible();
});

test('In a browser that forbids pages to keep anything a file arrives all the same', async ({
  page,
  hands,
  words,
  files,
}) => {
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        },
      });
    }
  });
  const desk = await openDesk(page, hands, words);
  const file = files.make('nginx.log', 3 * MIB);
  await desk.choose(file);
  await expect(desk.receipt(1)).toContainText(await sha256OfFile(file.path));
});

test('A screen reader is told every tenth of the way, and what became of a file once', async ({
  page,
  hands,
  words,
  files,
}) => {
  await page.addInitScript(() => {
    const told: Record<string, string[]> = { status: [], log: [] };
    Object.assign(window, { told });
    new MutationObserver((mutations) => {
      for (const { target } of mutations) {
        const region = target.parentElement?.closest('[role="status"]') ?? (target as Element).closest?.('[role]');
        const role = region?.getAttribute('role') ?? '';
        if (region?.textContent) told[role]?.push(region.textContent);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  const line = await new TcpProxy(house.server.port).start();
  line.bytesPerSecond = 4 * MIB;
  const desk = await openDesk(page, hands, words, line.url);
  await desk.choose(files.make('one.log', 20_000, 1), files.make('two.log', 12 * MIB, 2));
  await expect(desk.receipt(2)).toBeVisible();
  const { status, log } = await page.evaluate(() => (window as unknown as { told: Record<string, string[]> }).told);
  const tenths = status?.map((text) => Number(/\d+/.exec(text)?.[0])) ?? [];
  expect(tenths.length).toBeGreaterThan(4);
  expect(tenths).toEqual([...new Set(tenths)].sort((a, b) => a - b));
  expect(tenths.filter((percent) => percent % 10 !== 0)).toEqual([]);
  const stored = (name: string) => words.say('upload:announce.stored', { name });
  expect(log).toEqual([stored('one.log'), `${stored('one.log')}${stored('two.log')}`]);
  await line.stop();
});
