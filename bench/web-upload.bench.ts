import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser, type Page } from '../e2e/support/browser.ts';
import { tabBytes, watchTabMemory } from '../e2e/support/tab-memory.ts';
import { TcpProxy } from '../e2e/support/tcp-proxy.ts';
import { bareUpload } from './support/bare-upload.ts';
import { BenchServer } from './support/bench-server.ts';
import { compare, median } from './support/table.ts';
import { tusUpload } from './support/tus-upload.ts';
import { collectVitals, readVitals, slowDown, slowLine, type Vitals } from './support/web-vitals.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SIZE_MIB = Number(process.env.BENCH_MIB ?? 1_024);
/** 0 leaves the large file out. */
const LARGE_GIB = Number(process.env.BENCH_LARGE_GIB ?? 10);
const SLOWER = 4;
const MB = 1_000_000;
const MIB = 1024 * 1024;

const FILE_INPUT = 'input[type="file"]';
const RECEIPT = '[aria-labelledby="stored"]';

/** The customers' page: how soon it is there, how soon it answers, how fast it uploads, what it keeps in memory. */
const directory = mkdtempSync(join(tmpdir(), 'logs-collector-bench-'));
const ours = await BenchServer.start({ STORAGE_URL: `file://${join(directory, 'store')}` });
const browser = await launchBrowser();
try {
  await measureVitals();
  await measureSpeed();
  if (LARGE_GIB > 0) await measureMemory();
} finally {
  await browser.close();
  await ours.server.dispose();
  rmSync(directory, { recursive: true, force: true });
}

/** One visit by somebody who was never here, with a link of their own. */
async function visit<Result>(use: (page: Page, link: string) => Promise<Result>, origin = ours.url): Promise<Result> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await collectVitals(page);
    return await use(page, `${origin}/u#${await ours.token()}`);
  } finally {
    await context.close();
  }
}

async function measureVitals(): Promise<void> {
  const line = await new TcpProxy(ours.server.port).start();
  line.bytesPerSecond = 4 * MIB;
  const files = [1, 2, 3].map((number) => sparseFile(`vitals-${number}.log`, 32 * MIB));
  const plain: Vitals[] = [];
  const slow: Vitals[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    plain.push(await visit((page, link) => useEverything(page, link, files), line.url));
    slow.push(await visit(openOnSlowLine));
  }
  await line.stop();
  const paint = (visits: readonly Vitals[]): string => median(visits.map((one) => one.largestPaintMs)).toFixed(0);
  const answers = plain.map((one) => one.slowestInteractionMs);
  const count = plain[0]?.interactions ?? 0;
  console.log(`\nthe customers' page on a processor ${SLOWER} times slower (${ROUNDS} visits)`);
  console.log(`  largest paint after ${paint(plain)} ms (2500 are good), on slow 4G after ${paint(slow)} ms`);
  console.log(
    `  slowest of ${count} interactions while three files move ${median(answers).toFixed(0)} ms (200 are good; ${answers.join(', ')})`,
  );
}

async function openOnSlowLine(page: Page, link: string): Promise<Vitals> {
  await slowLine(await slowDown(page, SLOWER));
  await page.goto(link);
  await page.locator(FILE_INPUT).first().waitFor({ state: 'attached' });
  return readVitals(page);
}

/** Presses everything that there is to press, most of it while files are moving. */
async function useEverything(page: Page, link: string, files: readonly string[]): Promise<Vitals> {
  await slowDown(page, SLOWER);
  await page.goto(link);
  await page.locator('summary').click();
  await page.locator('details input').click();
  await page.keyboard.type('1');
  await page
    .locator(FILE_INPUT)
    .first()
    .setInputFiles([...files]);
  // Nothing asks before it gives up what has not begun.
  await page.locator('[role="progressbar"]:not([aria-valuenow="0"])').nth(2).waitFor();
  for (const name of [/^Pause /, /^Resume /, /^Pause /, /^Cancel /, 'Keep']) {
    await page.getByRole('button', { name }).first().click();
  }
  for (const select of await page.locator('select').all()) {
    await select.focus();
    await page.keyboard.press('ArrowDown');
  }
  // The last interaction is reported with the next frames.
  await page.waitForTimeout(500);
  return readVitals(page);
}

async function measureSpeed(): Promise<void> {
  const file = join(directory, 'speed.bin');
  execFileSync('sh', [
    '-c',
    `head -c ${SIZE_MIB}M /dev/zero | openssl enc -aes-128-ctr -pass pass:bench -nosalt 2>/dev/null > ${file}`,
  ]);
  await compare(`from a file to its receipt, ${SIZE_MIB} MiB`, 'MB/s', ROUNDS, [
    { name: 'the page in Chromium', run: () => visit((page, link) => pageUpload(page, link, file)) },
    {
      name: 'the same chunks from an empty page',
      run: async () => bareUpload(browser, ours.url, await ours.token(), file),
    },
    {
      name: 'tus-js-client in Node',
      run: async () => tusUpload(`${ours.url}/api/v1/uploads`, file, 'a', { 'Upload-Token': await ours.token() }),
    },
  ]);
  await ours.deleteTickets();
  rmSync(file);
}

async function measureMemory(): Promise<void> {
  const size = LARGE_GIB * 1024 * MIB;
  const file = sparseFile('large.bin', size);
  await visit(async (page, link) => {
    await page.goto(link);
    await page.locator(FILE_INPUT).first().waitFor({ state: 'attached' });
    const before = await tabBytes(browser);
    const watch = watchTabMemory(browser);
    const speed = await pageUpload(page, link, file);
    const most = await watch.most();
    console.log(`\na file of ${LARGE_GIB} GiB in the page: ${speed.toFixed(0)} MB/s`);
    console.log(`  the tab has ${(before / MB).toFixed(0)} MB before it and ${(most / MB).toFixed(0)} MB at most`);
  });
  await ours.deleteTickets();
}

/** Answers MB/s, without what loading the page takes: nobody chooses a file as soon as that. */
async function pageUpload(page: Page, link: string, file: string): Promise<number> {
  if (page.url() === 'about:blank') await page.goto(link);
  await page.locator(FILE_INPUT).first().waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
  const startedAt = performance.now();
  await page.locator(FILE_INPUT).first().setInputFiles(file);
  await page.locator(RECEIPT).waitFor({ timeout: 0 });
  return statSync(file).size / 1e3 / (performance.now() - startedAt);
}

/** Takes no room on the disk, and reading it costs little. */
function sparseFile(name: string, size: number): string {
  const path = join(directory, name);
  const descriptor = openSync(path, 'w');
  ftruncateSync(descriptor, size);
  closeSync(descriptor);
  return path;
}
