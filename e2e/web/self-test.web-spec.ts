import { expect } from '@playwright/test';
import { freePort } from '../../scripts/test-support/free-port.js';
import { expectAccessible } from './support/accessibility.js';
import { House, test } from './support/fixtures.js';
import { settled } from './support/settled.js';

const CHECKS = [
  ...['reachable', 'forwarded', 'request_streaming', 'body_size', 'response_streaming', 'expect_continue'],
] as const;

test.use({ locale: 'ru-RU' });

let house: House;
test.beforeAll(async () => {
  const port = String(await freePort());
  house = await House.open({ PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` });
});
test.afterAll(() => house.server.dispose());

test('an administrator finds the self-test beside the storage, runs it, and sees every check in order', async ({
  context,
  page,
  hands,
  words,
}) => {
  await house.logIn(context, await house.invite('admin'));
  await page.goto(`${house.server.url}/storage`);
  await hands.press(page.getByRole('link', { name: words.say('storage:self_test') }));
  await hands.press(page.getByRole('button', { name: words.say('self_test:run') }));
  for (const check of CHECKS) {
    const row = page.getByRole('listitem').filter({ hasText: words.say(`self_test:check.${check}`) });
    await expect(row).toContainText(words.say('self_test:status.ok'), { timeout: 30_000 });
    // In the language of the page, not in the log's.
    await expect(row.locator('p')).toHaveText(/[а-я]{3}/);
  }
  await settled(page);
  await expectAccessible(page, 'the result of the self-test');
});

test('nobody else is offered it', async ({ context, page, words }) => {
  await house.logIn(context, await house.invite('staff'));
  await page.goto(`${house.server.url}/storage`);
  await settled(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(words.say('storage:title'));
  await expect(page.getByRole('link', { name: words.say('storage:self_test') })).toHaveCount(0);
});
