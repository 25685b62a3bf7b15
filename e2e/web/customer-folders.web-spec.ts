import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from '@playwright/test';
import { patternedBytes } from '../support/bytes.js';
import { CustomerDesk } from './support/customer-desk.js';
import { drag } from './support/file-drag.js';
import type { SampleFiles } from './support/files.js';
import { House, test } from './support/fixtures.js';

const MIB = 1024 * 1024;
const DROP = ['dragEnter', 'dragOver', 'drop'] as const;

let house: House;
let tickets = 0;

test.beforeAll(async () => {
  house = await House.open();
});
test.afterAll(() => house.server.dispose());

async function newTicket(attempts = 5): Promise<{ number: string; link: string }> {
  tickets += 1;
  const { number, token } = await (await house.refresh()).createTicket(`F-${tickets}`, { attempts });
  return { number, link: `${house.server.url}/u#${token}` };
}

/** As it is on a server: deep, with names in Russian and beyond what a plain tar header holds. */
function makeFolder(files: SampleFiles): string {
  const folder = join(files.directory, 'var-log');
  const contents: Readonly<Record<string, Uint8Array>> = {
    'app.log': patternedBytes(700_001, 1),
    'empty.log': new Uint8Array(),
    'block.bin': patternedBytes(512, 2),
    'журналы/ошибки за ноябрь.log': patternedBytes(MIB, 3),
    [`${'deep/'.repeat(30)}${'n'.repeat(120)}.log`]: patternedBytes(1_025, 4),
  };
  for (const [path, bytes] of Object.entries(contents)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  // More than a directory's reader gives at once.
  mkdirSync(join(folder, 'many'));
  for (let count = 1; count <= 120; count += 1) writeFileSync(join(folder, `many/${count}.log`), `line ${count}\n`);
  return folder;
}

/** Downloads the one archive of a ticket, unpacks it, and fails unless it holds exactly what is in `folder`. */
async function expectArchived(number: string, folder: string, into: string): Promise<void> {
  const admin = await house.refresh();
  const archives = await admin.expect<{ id: string; name: string }[]>(200, 'GET', `/api/v1/archives?ticket=${number}`);
  expect(archives.map(({ name }) => name)).toEqual([`${basename(folder)}.tar`]);
  const reply = await fetch(`${house.server.url}/api/v1/archives/${archives[0]?.id}/download`, {
    headers: { Authorization: `Bearer ${admin.access}` },
  });
  mkdirSync(into);
  const tar = join(into, 'downloaded.tar');
  writeFileSync(tar, new Uint8Array(await reply.arrayBuffer()));
  execFileSync('tar', ['-xf', tar, '-C', into]);
  // Throws with what differs.
  execFileSync('diff', ['-r', folder, join(into, basename(folder))]);
  expect((await admin.readTicket(number)).attempts).toBe(4);
}

test('A folder, dropped or chosen, arrives as one archive that holds exactly its files', async ({
  page,
  hands,
  words,
  files,
}) => {
  const folder = makeFolder(files);
  const desk = new CustomerDesk(page, hands, words);
  const dropped = await newTicket();
  await desk.open(dropped.link);
  await drag(page, DROP, folder);
  await expect(desk.receipt(1)).toContainText('var-log.tar');
  await expectArchived(dropped.number, folder, join(files.directory, 'dropped'));
  const digest = await desk
    .receipt(1)
    .getByText(/^[0-9a-f]{64}$/)
    .textContent();

  const chosen = await newTicket();
  await page.goto('about:blank');
  await desk.open(chosen.link);
  await desk.chooseFolder(folder);
  await expect(desk.receipt(1)).toContainText('var-log.tar');
  await expectArchived(chosen.number, folder, join(files.directory, 'chosen'));
  // The same bytes: what was dropped goes on, after a reload, with what is chosen.
  await expect(desk.receipt(1)).toContainText(digest ?? 'a digest');
});

test('Files and a folder dropped together become an archive each; anywhere on the page will do', async ({
  page,
  hands,
  words,
  files,
}) => {
  const folder = makeFolder(files);
  const file = files.make('core.dump', 3 * MIB);
  const { link, number } = await newTicket();
  const desk = new CustomerDesk(page, hands, words);
  await desk.open(link);
  await drag(page, DROP, file.path, folder);
  await expect(desk.receipt(2)).toBeVisible();
  const archives = await house.admin.expect<{ name: string }[]>(200, 'GET', `/api/v1/archives?ticket=${number}`);
  expect(archives.map(({ name }) => name).sort()).toEqual(['core.dump', 'var-log.tar']);
});

test('A folder without a file in it is not sent, and the page says so', async ({ page, hands, words, files }) => {
  const folder = join(files.directory, 'nothing');
  mkdirSync(join(folder, 'in/here'), { recursive: true });
  const desk = new CustomerDesk(page, hands, words);
  await desk.open((await newTicket()).link);
  await drag(page, DROP, folder);
  await expect(page.getByText(words.say('upload:unsent.empty_folder', { name: 'nothing.tar' }))).toBeVisible();
});
