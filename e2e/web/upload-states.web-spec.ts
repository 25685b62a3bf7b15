import { IS_LARGE } from '../support/size.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { expectAccessible, expectNoSidewaysScroll } from './support/accessibility.js';
import { House, test } from './support/fixtures.js';
import { walkUploadStates } from './support/upload-states.js';

/** 320 px is 1280 px at 400 %, which WCAG 2.2 asks for (1.4.10). */
const WIDTHS = [320, 360, 390, 640, 2560];

const APPEARANCES = [
  { locale: 'en-US', colorScheme: 'light' },
  { locale: 'ru-RU', colorScheme: 'dark' },
] as const;
const OTHER_APPEARANCES = [
  { locale: 'en-US', colorScheme: 'dark' },
  { locale: 'ru-RU', colorScheme: 'light' },
] as const;

let house: House;
test.beforeAll(async () => {
  house = await House.open({ ORGANISATION: 'Acme Support' });
});
test.afterAll(() => house.server.dispose());

for (const { locale, colorScheme } of [...APPEARANCES, ...(IS_LARGE ? OTHER_APPEARANCES : [])]) {
  test.describe(`The customer's page in every state, ${locale}, ${colorScheme}`, () => {
    test.use({ locale, colorScheme });

    test('has nothing that axe finds wrong, and nothing wider than the window', async ({ page, words, files }) => {
      test.slow();
      const line = await new TcpProxy(house.server.port).start();
      const stage = { page, words, files, admin: await house.refresh(), line, number: `S-${locale}-${colorScheme}` };
      await walkUploadStates(stage, (state) =>
        test.step(state, async () => {
          await expectAccessible(page, state);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 800 });
            await expectNoSidewaysScroll(page, `${state} at ${width}`);
          }
          await page.setViewportSize({ width: 1280, height: 800 });
        }),
      );
      await line.stop();
    });
  });
}
