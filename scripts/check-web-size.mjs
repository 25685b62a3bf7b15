// Fails where a page loads more JavaScript at its start than a slow line should carry.
//
//   node scripts/check-web-size.mjs        after the pages are built

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const KB = 1_000;
/** The page on which the workbench opens. */
const FIRST_PAGE = 'src/features/tickets/tickets-page.tsx';
/** Compressed JavaScript of each page before anything is fetched on demand; of the first page together with its entry. */
export const BUDGETS = { 'upload.html': 120 * KB, 'index.html': 220 * KB, [FIRST_PAGE]: 220 * KB };

/** The files that entries load at once: their own and, over and over, what they import statically. */
export function initialFiles(manifest, ...entries) {
  const files = new Set();
  const follow = (name) => {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`The manifest of the build does not know ${name}.`);
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const imported of chunk.imports ?? []) follow(imported);
  };
  entries.forEach(follow);
  return [...files];
}

/** How much each page loads, compressed, beside how much it may. */
export function measure(directory, budgets = BUDGETS) {
  const manifest = JSON.parse(readFileSync(join(directory, '.vite/manifest.json'), 'utf8'));
  return Object.entries(budgets).map(([entry, budget]) => {
    const entries = entry === FIRST_PAGE ? ['index.html', entry] : [entry];
    const bytes = initialFiles(manifest, ...entries)
      .map((file) => gzipSync(readFileSync(join(directory, file))).length)
      .reduce((sum, length) => sum + length, 0);
    return { entry, bytes, budget };
  });
}

/** Prints what is too large, and what is not where somebody asks; false where one is too large. */
export function checkWebSize(directory, say = console.log) {
  const sums = measure(directory);
  for (const { entry, bytes, budget } of sums) {
    const text = `${entry} loads ${(bytes / KB).toFixed(1)} kB of compressed JavaScript; ${budget / KB} kB are allowed.`;
    if (bytes > budget) console.error(text);
    else say(text);
  }
  return sums.every(({ bytes, budget }) => bytes <= budget);
}

if (process.argv[1] === import.meta.filename) {
  process.exitCode = checkWebSize(resolve(import.meta.dirname, '../apps/web/dist')) ? 0 : 1;
}
