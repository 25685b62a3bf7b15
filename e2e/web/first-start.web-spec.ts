import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { TestServer } from '../support/server.js';
import { expectAccessible } from './support/accessibility.js';
import { codeFor, test } from './support/fixtures.js';
import { settled } from './support/settled.js';

const PASSWORD = 'nine lanterns over the river';

for (const [kind, locale, viewport] of [
  ['mouse', 'en-US', { width: 1280, height: 800 }],
  ['keyboard', 'en-US', { width: 1280, height: 800 }],
  ['touch', 'ru-RU', { width: 390, height: 844 }],
] as const) {
  test.describe(`The first start, ${kind}, ${locale}, ${viewport.width} px`, () => {
    test.use({ locale, viewport, handsKind: kind, hasTouch: kind === 'touch' });

    let server: TestServer;
    test.beforeEach(async () => {
      server = await TestServer.start({ ADMIN_USERNAME: '', ADMIN_PASSWORD: '' });
    });
    test.afterEach(() => server.dispose());

    test('leads from the set-up link to an administrator with a second factor and recovery codes', async ({
      page,
      hands,
      words,
    }) => {
      const link = new URL(readFileSync(join(server.dataDir, 'setup-link'), 'utf8').trim());
      await page.goto(`${server.url}${link.pathname}${link.hash}`);
      await settled(page);
      // Neither the history nor a colleague's glance keeps the code.
      expect(page.url()).not.toContain(link.hash);
      await hands.type(page.getByRole('textbox', { name: words.say('login:username') }), 'vera');
      const password = page.getByLabel(words.say('credentials:password.password'), { exact: true });
      const repeated = page.getByLabel(words.say('credentials:password.repeat'));
      const create = page.getByRole('button', { name: words.say('login:setup.action') });
      await hands.type(password, 'short');
      await hands.type(repeated, 'other');
      await hands.press(create);
      await expect(page.getByText(words.say('credentials:faults.too_short'))).toBeVisible();
      await expect(page.getByText(words.say('credentials:faults.not_equal'))).toBeVisible();
      // What is mended says so at once: an error that went when the button is pressed would take the button with it.
      await hands.type(password, PASSWORD);
      await expect(page.getByText(words.say('credentials:faults.too_short'))).toHaveCount(0);
      await hands.type(repeated, PASSWORD);
      await expect(page.getByText(words.say('credentials:faults.not_equal'))).toHaveCount(0);
      await hands.press(create);

      await expect(page.getByRole('heading', { name: words.say('credentials:why.title') })).toBeVisible();
      await expectAccessible(page, 'why a second factor');
      await hands.press(page.getByRole('button', { name: words.say('credentials:why.action') }));

      await expect(page.getByRole('img', { name: words.say('credentials:scan.image') })).toBeVisible();
      await expectAccessible(page, 'the QR code');
      const secret = (await page.getByRole('main').locator('code').first().textContent())?.replace(/\s/g, '') ?? '';
      const code = page.getByLabel(words.say('credentials:code.authenticator'));
      await hands.type(code, '000000');
      await hands.press(page.getByRole('button', { name: words.say('credentials:scan.action') }));
      await expect(page.getByText(words.say('credentials:faults.wrong_code'))).toBeVisible();
      await hands.type(code, await codeFor(secret));
      await hands.press(page.getByRole('button', { name: words.say('credentials:scan.action') }));

      await expect(page.getByRole('heading', { name: words.say('credentials:recovery.title') })).toBeVisible();
      await expectAccessible(page, 'the recovery codes');
      const codes = await page.getByRole('main').getByRole('listitem').allInnerTexts();
      expect(new Set(codes).size).toBe(10);
      const saved = page.waitForEvent('download');
      await hands.press(page.getByRole('button', { name: words.say('credentials:recovery.save') }));
      const kept = readFileSync(await (await saved).path(), 'utf8');
      for (const one of codes) expect(kept).toContain(one.trim());
      await hands.press(page.getByText(words.say('credentials:recovery.kept'), { exact: true }).first());

      await expect(page.getByRole('heading', { level: 1, name: words.say('common:pages.tickets') })).toBeVisible();
    });

    test('cannot be repeated: the link says so and leads to the login', async ({ page, words }) => {
      const link = new URL(readFileSync(join(server.dataDir, 'setup-link'), 'utf8').trim());
      const made = await fetch(`${server.url}/api/v1/setup`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ code: link.hash.slice(1), username: 'first', password: PASSWORD }),
      });
      expect(made.status).toBe(201);
      await page.goto(`${server.url}/setup${link.hash}`);
      await expect(page.getByRole('heading', { name: words.say('login:setup.done_title') })).toBeVisible();
      await page.getByRole('link', { name: words.say('login:to_login') }).click();
      await expect(page).toHaveURL(`${server.url}/login`);
    });
  });
}
