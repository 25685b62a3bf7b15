import type { Page } from '@playwright/test';
import { launchBrowser } from '../e2e/support/browser.ts';
import { Person } from '../e2e/support/people.ts';
import { BenchServer } from './support/bench-server.ts';
import { smoothnessOf, watchSmoothness } from './support/smoothness.ts';
import { median } from './support/table.ts';
import { collectVitals, readVitals, slowDown } from './support/web-vitals.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const TICKETS = Number(process.env.BENCH_TICKETS ?? 10_000);
const ARCHIVES = Number(process.env.BENCH_ARCHIVES ?? 500);
const CPU_RATE = 4;
const AT_ONCE = 16;
const LIMITS_MS = { paint: 2_500, interaction: 200, gap: 200 };

interface Measure {
  readonly what: string;
  readonly limitMs: number;
  run(page: Page): Promise<number>;
}

/** As a hand does: what a locator's click looks at in the page, of every button of 500 rows, would count as the page's. */
const press = (name: string) => async (page: Page) => {
  const button = page.getByRole('button', { name }).first();
  await button.scrollIntoViewIfNeeded();
  const box = await button.boundingBox();
  if (!box) throw new Error(`No button ${name} is in sight.`);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
};
const keyPressed = (key: string) => (page: Page) => page.keyboard.press(key);

const LIST: readonly Measure[] = [
  {
    what: 'list: largest paint',
    limitMs: LIMITS_MS.paint,
    run: async (page) => (await readVitals(page)).largestPaintMs,
  },
  interaction('list: ten rows further (j)', async ({ keyboard }) => {
    for (let step = 0; step < 10; step += 1) await keyboard.press('j');
  }),
  interaction('list: choose three rows (x, j)', async ({ keyboard }) => {
    for (const key of ['x', 'j', 'x', 'j', 'x']) await keyboard.press(key);
  }),
  interaction('list: choose all', (page) =>
    page
      .getByText(/chosen|Choose all/)
      .first()
      .click(),
  ),
  interaction('list: type into the search', async (page) => {
    await page.keyboard.press('/');
    await page.keyboard.type('T-99', { delay: 60 });
    await page.keyboard.press('Escape');
  }),
  interaction('list: sort by another column', (page) =>
    page.getByRole('columnheader', { name: 'Created', exact: true }).getByRole('button').click(),
  ),
  interaction('list: open a filter', async (page) => {
    await page.getByRole('combobox', { name: 'Platform' }).click();
  }),
  interaction('list: next page', async (page) => {
    await page.keyboard.press('Escape');
    await press('Next')(page);
  }),
  interaction('list: palette', async ({ keyboard }) => {
    await keyboard.press('ControlOrMeta+k');
    await keyboard.type('T-1', { delay: 60 });
    await keyboard.press('Escape');
  }),
];

const TICKET: readonly Measure[] = [
  {
    what: 'ticket: largest paint',
    limitMs: LIMITS_MS.paint,
    run: async (page) => (await readVitals(page)).largestPaintMs,
  },
  {
    what: 'ticket: scroll through all archives',
    limitMs: LIMITS_MS.gap,
    run: async (page) => {
      const { gapMs } = await smoothnessOf(page, async () => {
        for (let step = 0; step < 60; step += 1) {
          await page.mouse.wheel(0, 600);
          await page.waitForTimeout(16);
        }
      });
      return gapMs;
    },
  },
  interaction('ticket: write into the note', async (page) => {
    await page.keyboard.press('e');
    await page.keyboard.type('Seen: the core dump.', { delay: 30 });
  }),
  interaction('ticket: resolve and reopen', async (page) => {
    await press('Resolve')(page);
    await press('Reopen')(page);
  }),
  interaction('ticket: ask before deleting', press('Delete')),
  interaction('ticket: close the question', keyPressed('Escape')),
  interaction('ticket: ask before one archive goes', press('Delete node-')),
];

function interaction(what: string, act: (page: Page) => Promise<void>): Measure {
  const run = async (page: Page) => (await smoothnessOf(page, () => act(page))).slowestMs;
  return { what, limitMs: LIMITS_MS.interaction, run };
}

async function fill(ours: BenchServer): Promise<void> {
  const numbers = Array.from({ length: TICKETS }, (_, index) => `T-${index + 1}`);
  const makeSome = async (): Promise<void> => {
    for (let number = numbers.pop(); number; number = numbers.pop()) await ours.admin.createTicket(number);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, makeSome));
  const path = '/api/v1/tickets/T-1/tokens';
  for (let made = 0; made < ARCHIVES; made += 100) {
    const { token } = await ours.admin.expect<{ token: string }>(201, 'POST', path, { attempts: 100 });
    for (let index = made; index < Math.min(ARCHIVES, made + 100); index += 1) {
      const reply = await fetch(`${ours.url}/api/v1/archives/node-${index}.log`, {
        method: 'PUT',
        headers: { 'Upload-Token': token },
        body: `line ${index}\n`.repeat(50),
      });
      if (reply.status !== 201) throw new Error(await reply.text());
    }
  }
}

/** Opens the page `ROUNDS` times with a slow processor and prints the medians. */
async function measure(url: string, page: Page, measures: readonly Measure[]): Promise<void> {
  const figures = measures.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.goto('about:blank');
    await page.goto(url);
    await page.locator('table tbody tr').first().waitFor();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    for (const [index, { run }] of measures.entries()) figures[index]?.push(await run(page));
  }
  for (const [index, { what, limitMs }] of measures.entries()) {
    const own = figures[index] ?? [];
    const middle = median(own);
    const spread = `${Math.min(...own).toFixed(0)}–${Math.max(...own).toFixed(0)}`;
    const verdict = middle < limitMs ? 'within' : 'OVER';
    console.log(
      `  ${what.padEnd(38)} ${middle.toFixed(0).padStart(5)} ms  (${spread.padEnd(9)})  ${verdict} ${limitMs} ms`,
    );
  }
}

// A full list and a full ticket on a slow processor.
const ours = await BenchServer.start({});
const browser = await launchBrowser();
try {
  // Inviting needs a fresh second factor, which filling may outlast.
  const someone = await Person.invited(ours.admin, 'bench-staff', 'staff');
  await fill(ours);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
  await context.request.post(`${ours.url}/api/v1/auth/token?cookie=1`, {
    headers: { 'Sec-Fetch-Site': 'same-origin' },
    data: { username: someone.username, password: someone.password, otp: someone.spareCode() },
  });
  const page = await context.newPage();
  await collectVitals(page);
  await watchSmoothness(page);
  await slowDown(page, CPU_RATE);
  console.log(`\nthe dashboard, ${CPU_RATE}× CPU throttling (${ROUNDS} rounds, medians)`);
  console.log(`  ${TICKETS} tickets`);
  await measure(`${ours.url}/`, page, LIST);
  console.log(`  a ticket with ${ARCHIVES} archives`);
  await measure(`${ours.url}/tickets/T-1`, page, TICKET);
} finally {
  await browser.close();
  await ours.server.dispose();
}
