import { expect, type Page } from '@playwright/test';
import { fillSampleWorld, type SampleWorld } from '../support/sample-world.js';
import { expectAccessibleInBothThemes, expectNoSidewaysScroll } from './support/accessibility.js';
import { House, test } from './support/fixtures.js';
import { OVERLAYS } from './support/overlays.js';
import { PAGES } from './support/pages.js';
import { settled } from './support/settled.js';

const WIDTHS = [360, 390, 2560];
/** What stands between a phone and a desktop is hard for tables alone. */
const WIDTHS_OF_TABLES = [641, 769, 900, 1024];
const DESKTOP = { width: 1280, height: 800 };

let house: House;
let world: SampleWorld;

// Nothing is on its way from one colour to another when it is looked at.
test.use({ role: 'admin', contextOptions: { reducedMotion: 'reduce' }, viewport: DESKTOP });
test.beforeAll(async () => {
  house = await House.open({
    ORGANISATION: 'Acme Support',
    HELP_DESK_URL: 'https://help.example.com/tickets/{number}',
  });
  world = await fillSampleWorld(house.admin);
});
test.afterAll(() => house.server.dispose());

for (const locale of ['en-US', 'ru-RU']) {
  test.describe(`Every page, ${locale}`, () => {
    test.use({ locale });

    test('has nothing that axe finds wrong in either theme, a name, and nothing wider than the window', async ({
      context,
      page,
    }) => {
      test.setTimeout(240_000);
      for (const seen of PAGES.filter(({ isPublic }) => isPublic)) await look(page, seen.name, seen.path(world));
      await house.logIn(context, await house.invite('admin'));
      for (const seen of PAGES.filter(({ isPublic }) => !isPublic)) await look(page, seen.name, seen.path(world));
    });

    test('opens nothing over itself that axe finds wrong in either theme', async ({ context, page, words }) => {
      test.setTimeout(240_000);
      await house.logIn(context, await house.invite('admin'));
      for (const { path, overlays } of OVERLAYS) {
        await page.goto(house.server.url + path(world));
        await settled(page);
        for (const { name, within, open, close } of overlays) {
          await test.step(name, async () => {
            await open(page, words);
            await page.locator(within).first().waitFor();
            await settled(page);
            await expectAccessibleInBothThemes(page, name, within);
            await (close ? close(page, words) : page.keyboard.press('Escape'));
            await expect(page.locator(within)).toHaveCount(0);
          });
        }
      }
    });

    async function look(page: Page, name: string, path: string) {
      await test.step(name, async () => {
        // From elsewhere, as a new # alone does not load a page anew.
        await page.goto('about:blank');
        await page.goto(house.server.url + path);
        await settled(page);
        expect.soft(await page.title(), `${name} has a title of its own`).not.toMatch(/^(Logs Collector)?$/);
        expect.soft(await page.locator('html').getAttribute('lang'), name).toBe(locale.slice(0, 2));
        expect.soft(await page.getByRole('heading', { level: 1 }).count(), `${name} has one main heading`).toBe(1);
        await expectAccessibleInBothThemes(page, name);
        await expectNoSidewaysScroll(page, name);
        const hasTable = (await page.locator('table').count()) > 0;
        for (const width of hasTable ? [...WIDTHS, ...WIDTHS_OF_TABLES] : WIDTHS) {
          await page.setViewportSize({ width, height: 800 });
          await expectNoSidewaysScroll(page, `${name} at ${width}`);
        }
        await page.setViewportSize(DESKTOP);
      });
    }
  });
}
