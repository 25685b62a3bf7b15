import { expect, type Page } from '@playwright/test';
import { PLAIN_HTTP_HOST } from '../support/chromium.js';
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
