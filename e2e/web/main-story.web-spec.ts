import { expect } from '@playwright/test';
import { IS_LARGE } from '../support/size.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { CustomerDesk } from './support/customer-desk.js';
import { type OwnHouse, openHouse } from './support/databases.js';
import { sha256OfFile } from './support/files.js';
import { test } from './support/fixtures.js';
import { StaffDesk } from './support/staff-desk.js';

const MIB = 1024 * 1024;
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** Each language, theme, size, database and kind of hands at least once. */
const VARIANTS = [
  { database: 'sqlite', handsKind: 'mouse', locale: 'en-US', viewport: DESKTOP, colorScheme: 'light' },
  { database: 'postgres 18', handsKind: 'keyboard', locale: 'ru-RU', viewport: PHONE, colorScheme: 'dark' },
  { database: 'sqlite', handsKind: 'touch', locale: 'en-US', viewport: PHONE, colorScheme: 'dark' },
] as const;

type Variant = (typeof VARIANTS)[number] | LargeVariant;
interface LargeVariant {
  readonly database: 'sqlite';
  readonly handsKind: 'mouse' | 'keyboard';
  readonly locale: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
}

/** Every language, theme and size, by mouse and by keyboard: 24. */
function fullMatrix(): LargeVariant[] {
  const viewports = [PHONE, DESKTOP, { width: 2560, height: 1440 }];
  return viewports.flatMap((viewport) =>
    ['en-US', 'ru-RU'].flatMap((locale) =>
      (['light', 'dark'] as const).flatMap((colorScheme) =>
        (['mouse', 'keyboard'] as const).map((handsKind) => ({
          database: 'sqlite' as const,
          ...{ handsKind, locale, viewport, colorScheme },
        })),
      ),
    ),
  );
}

/** What the matrix has not: the other database, and thumbs. */
const BESIDE_MATRIX = VARIANTS.filter(({ database, handsKind }) => database !== 'sqlite' || handsKind === 'touch');
const TOLD: readonly Variant[] = IS_LARGE ? [...BESIDE_MATRIX, ...fullMatrix()] : VARIANTS;

for (const { database, handsKind, locale, viewport, colorScheme } of TOLD) {
  test.describe(`From ticket to deletion on ${database}, ${handsKind}, ${locale}, ${viewport.width} px, ${colorScheme}`, () => {
    test.use({ handsKind, locale, viewport, colorScheme, hasTouch: handsKind === 'touch' });

    let own: OwnHouse;
    let line: TcpProxy;
    test.beforeAll(async () => {
      own = await openHouse(database);
      line = await new TcpProxy(own.house.server.port).start();
    });
    test.afterAll(async () => {
      await line.stop();
      await own.close();
    });

    test('two clicks to a link, three files over a bad line, a receipt, a download, and nothing left', async ({
      page,
      hands,
      words,
      customerPage,
      customerHands,
      files,
    }) => {
      test.slow();
      const { house } = own;
      const { server } = house;
      await house.logIn(page.context(), await house.invite('staff'));
      const staff = new StaffDesk(page, hands, words);
      const customer = new CustomerDesk(customerPage, customerHands, words);
      const big = files.make('bundle.tar.gz', 40 * MIB, 3);
      const middle = files.make('журнал за ноябрь.log', 12 * MIB, 5);
      const small = files.make('notes.txt', 20_000, 7);

      await page.goto(server.url);
      const link = await staff.makeTicket('SUP-1482');
      expect(new URL(link).pathname).toBe('/u');
      await staff.openMadeTicket('SUP-1482');
      await expect(page.getByText(words.say('tickets:page.nothing'))).toBeVisible();

      line.bytesPerSecond = 6 * MIB;
      await customer.open(link.replace(server.url, line.url));
      expect(new URL(customerPage.url()).hash).toBe('');
      await expect(customerPage.getByText('SUP-1482').first()).toBeVisible();
      await customer.choose(big, middle, small);
      line.cutAfter(4 * MIB);
      await expect(staff.upload(big.name)).toBeVisible();
      await expect.poll(() => line.cutsLeft, { timeout: 90_000 }).toBe(0);
      await expect.poll(() => line.passed.up, { timeout: 90_000 }).toBeGreaterThan(12 * MIB);
      line.down(2_000);
      await expect(customer.row(big.name).getByText(words.say('upload:waiting.line'))).toBeVisible();
      await expect.poll(() => line.passed.up, { timeout: 90_000 }).toBeGreaterThan(20 * MIB);
      await customer.reloadAnyway();
      await expect(customer.remembered).toContainText(big.name);
      await expect(customer.remembered.getByText(big.name)).toContainText(/\b[1-9]\d?\s?%/);
      const unfinished = [];
      for (const file of [big, middle, small]) {
        if ((await customer.remembered.getByText(file.name).count()) > 0) unfinished.push(file);
      }
      await customer.choose(...unfinished);
      await expect(customer.receipt(3)).toBeVisible({ timeout: 60_000 });

      for (const file of [big, middle, small]) {
        const sha256 = await sha256OfFile(file.path);
        await expect(customer.receipt(3)).toContainText(sha256);
        await expect(staff.archive(file.name)).toBeVisible();
        const download = await staff.download(file.name);
        expect(download.suggestedFilename()).toBe(file.name);
        expect(await sha256OfFile(await download.path())).toBe(sha256);
      }

      await staff.resolve();
      // Who resolves sees it before the server has answered.
      await expect(async () => {
        await customerPage.reload();
        const closed = customerPage.getByText(words.say('upload:closed.ticket_resolved.title'));
        await expect(closed).toBeVisible({ timeout: 3_000 });
      }).toPass({ timeout: 60_000 });

      expect(server.files().length).toBeGreaterThan(0);
      const question = await staff.deleteTicket('SUP-1482');
      expect(question).toMatch(/3/);
      await expect(page).toHaveURL(`${server.url}/`);
      expect(server.files()).toEqual([]);
    });
  });
}
