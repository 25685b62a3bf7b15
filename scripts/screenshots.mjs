// Pictures of every page of the running product, filled with a week of work.
//
//   npm run dev screenshots               every page, size, theme and language → test-results/screenshots/
//   npm run dev screenshots -- tickets    only pages whose name has this in it
//   npm run dev screenshots -- --readme   the few in README.md → docs/screenshots/

import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { launchBrowser } from '../e2e/support/browser.ts';
import { Person } from '../e2e/support/people.ts';
import { SampleStream } from '../e2e/support/sample-stream.ts';
import { fillSampleWorld } from '../e2e/support/sample-world.ts';
import { TestServer } from '../e2e/support/server.ts';
import { Admin } from '../e2e/support/staff.ts';
import { TcpProxy } from '../e2e/support/tcp-proxy.ts';
import { SampleFiles } from '../e2e/web/support/files.ts';
import { PAGES } from '../e2e/web/support/pages.ts';
import { settled } from '../e2e/web/support/settled.ts';
import { walkUploadStates } from '../e2e/web/support/upload-states.ts';
import { Words } from '../e2e/web/support/words.ts';

const rootDir = resolve(import.meta.dirname, '..');

const WIDTHS = { 360: 740, 390: 844, 1280: 800, 2560: 1440 };
const LIVE_LOG = 'live-log';
const README_PAGES = ['upload', 'tickets', 'ticket', 'storage', LIVE_LOG];
const UPLOAD_STATES = 'upload-state';
const README_MAX_BYTES = 150_000;

const isReadme = process.argv.includes('--readme');
const wanted = process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? '';
const outputDir = join(rootDir, isReadme ? 'docs/screenshots' : 'test-results/screenshots');
const pages = PAGES.filter(({ name }) => (isReadme ? README_PAGES.includes(name) : name.includes(wanted)));

function* views() {
  for (const width of isReadme ? [1280] : Object.keys(WIDTHS).map(Number)) {
    for (const colorScheme of isReadme ? ['light'] : ['light', 'dark']) {
      for (const locale of isReadme ? ['en-US'] : ['en-US', 'ru-RU']) yield { width, colorScheme, locale };
    }
  }
}

function contextOf(browser, server, { width, colorScheme, locale }) {
  return browser.newContext({
    baseURL: server.url,
    viewport: { width, height: WIDTHS[width] },
    colorScheme,
    locale,
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  });
}

async function take(page, name, { width, colorScheme, locale }) {
  const file = isReadme ? name : `${name}-${width}-${colorScheme}-${locale.slice(0, 2)}`;
  const path = join(outputDir, `${file}.png`);
  await page.screenshot({ path, fullPage: !isReadme, animations: 'disabled' });
  console.log(`${relative(rootDir, path)}  ${Math.round(statSync(path).size / 1000)} kB`);
  if (isReadme && statSync(path).size > README_MAX_BYTES) throw new Error(`${path} is too large for README.md.`);
}

async function takeAll(browser, server, cookies, world, view) {
  const context = await contextOf(browser, server, view);
  const page = await context.newPage();
  // The public pages first, as nobody.
  for (const shown of pages.toSorted((a, b) => Number(b.isPublic ?? false) - Number(a.isPublic ?? false))) {
    if (!shown.isPublic) await context.addCookies(cookies);
    await page.goto('about:blank');
    await page.goto(shown.path(world));
    await settled(page).catch((error) => console.error(`${shown.name}: ${error.message.split('\n')[0]}`));
    if (stream && shown.name === LIVE_LOG) await page.getByRole('log').getByText('ERROR').first().waitFor();
    await take(page, shown.name, view);
  }
  await context.close();
}

/** The customer's page in every state that no address leads to. */
async function takeUploadStates(browser, server, admin, view) {
  const context = await contextOf(browser, server, view);
  const line = await new TcpProxy(server.port).start();
  const files = new SampleFiles();
  const words = new Words(view.locale.slice(0, 2));
  const number = `SUP-${Object.values(view).join('-')}`;
  const page = await context.newPage();
  await walkUploadStates({ page, words, files, admin, line, number }, (state) =>
    take(page, `${UPLOAD_STATES}-${state}`, view),
  );
  files.remove();
  await context.close();
  await line.stop();
}

/** The cookies of a login as the page makes it. */
async function logIn(browser, server, person) {
  const context = await browser.newContext();
  const reply = await context.request.post(`${server.url}/api/v1/auth/token?cookie=1`, {
    headers: { 'Sec-Fetch-Site': 'same-origin' },
    data: { username: person.username, password: person.password, otp: person.spareCode() },
  });
  if (!reply.ok()) throw new Error(await reply.text());
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

rmSync(outputDir, { recursive: true, force: true });
mkdirSync(outputDir, { recursive: true });
const stream = await SampleStream.open();
if (!stream) console.error('Java and Maven are missing: the pages of streams say that there is no log shuttle.');
const server = await TestServer.start({ ORGANISATION: 'Acme Support', ...stream?.environment });
const browser = await launchBrowser();
try {
  const admin = await Admin.enrolled(server);
  const world = await fillSampleWorld(admin);
  await stream?.fill(admin);
  const me = await Person.invited(admin, 'vera', 'admin');
  const cookies = await logIn(browser, server, me);
  for (const view of views()) {
    await takeAll(browser, server, cookies, world, view);
    if (!isReadme && UPLOAD_STATES.includes(wanted)) await takeUploadStates(browser, server, admin, view);
  }
} finally {
  await browser.close();
  await server.dispose();
  await stream?.dispose();
}
