import { expect } from '@playwright/test';
import { test } from './support/fixtures.js';

test.describe('The login', () => {
  test('asks for the code after the password and continues where one wanted to go', async ({ page, house, words }) => {
    const person = await house.invite('viewer');
    await page.goto('/archives?name=core');
    await expect(page).toHaveURL(/\/login\?next=/);
    await page.getByRole('textbox', { name: words.say('login:username') }).fill(person.username);
    const password = page.getByLabel(words.say('login:password'), { exact: true });
    await password.fill('not this one at all');
    await page.getByRole('button', { name: words.say('login:login.action') }).click();
    await expect(page.getByText(words.say('credentials:faults.invalid_credentials'))).toBeVisible();
    await password.fill(person.password);
    await page.getByRole('button', { name: words.say('login:login.action') }).click();
    await page.getByLabel(words.say('credentials:code.authenticator')).fill('000000');
    await page.getByRole('button', { name: words.say('login:login.action') }).click();
    await expect(page.getByText(words.say('credentials:faults.wrong_code'))).toBeVisible();
    await page.getByRole('button', { name: words.say('credentials:code.use_recovery') }).click();
    // Nothing was wrong with a code that nobody has typed yet.
    await expect(page.getByText(words.say('credentials:faults.wrong_code'))).toHaveCount(0);
    await page.getByLabel(words.say('credentials:code.recovery')).fill(person.spareCode());
    await page.getByRole('button', { name: words.say('login:login.action') }).click();
    await expect(page).toHaveURL(/\/archives\?name=core$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(words.say('common:pages.archives'));
  });

  test('never leads to another site', async ({ page, house, context }) => {
    await house.logIn(context, await house.invite('viewer'));
    for (const next of ['https://elsewhere.example/', '//elsewhere.example/', '/\\elsewhere.example']) {
      await page.goto(`/login?next=${encodeURIComponent(next)}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(new URL(page.url()).origin).toBe(house.server.url);
    }
  });

  test('ends with “Log out”: the way back shows nothing', async ({ page, staff, words }) => {
    await page.goto('/');
    await page.getByRole('button', { name: words.say('common:account', { name: staff.username }) }).click();
    await page.getByRole('menuitem', { name: words.say('common:logout') }).click();
    await expect(page).toHaveURL(/\/login/);
    await page.goto('/archives');
    await expect(page).toHaveURL(/\/login\?next=/);
  });
});
