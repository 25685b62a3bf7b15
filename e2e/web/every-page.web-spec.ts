import { expect, type Page } from '@playwright/test';
import { fillSampleWorld, type SampleWorld } from '../support/sample-world.js';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessibility.js';
import { House, test } from './support/fixtures.js';
import { PAGES } from './support/pages.js';
import { settled } from './support/settled.js';

const WIDTHS = [360, 390, 1280, 2560];

let house: House;
let world: SampleWorld;

test.use({ role: 'admin' });
test.beforeAll(async () => {
  house = await House.open({ ORGANISATION: 'Acme Support' });
  world = await fillSampleWorld(house.admin);
});
test.afterAll(() => house.server.dispose());

for (const locale of ['en-US', 'ru-RU']) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`Every page, ${locale}, ${colorScheme}`, () => {
      test.use({ locale, colorScheme });

      test('has nothing that axe finds wrong, a name, and nothing wider than the window', async ({ context, page }) => {
        test.setTimeout(240_000);
        for (const seen of PAGES.filter(({ isPublic }) => isPublic)) await look(page, seen.name, seen.path(world));
        await house.logIn(context, await house.invite('admin'));
        for (const seen of PAGES.filter(({ isPublic }) => !isPublic)) await look(page, seen.name, seen.path(world));
      });

      async function look(page: Page, name: string, path: string) {
        await test.step(name, async () => {
          // From elsewhere, as a new # alone does not load a page anew.
          await page.goto('about:blank');
          await page.goto(house.server.url + path);
          await settled(page);
          expect.soft(await page.title(), `${name} has a title`).not.toBe('');
          expect.soft(await page.locator('html').getAttribute('lang'), name).toBe(locale.slice(0, 2));
          expect.soft(await page.getByRole('heading', { level: 1 }).count(), `${name} has one main heading`).toBe(1);
          await expectAccessible(page, name);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 800 });
            await expectNoSidewaysScroll(page, `${name} at ${width}`);
          }
          await page.setViewportSize({ width: 1280, height: 800 });
        });
      }
    });
  }
}
