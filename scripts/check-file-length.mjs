// Fails where a file has grown past the length at which it asks to be divided (docs/ARCHITECTURE.md).
//
//   node scripts/check-file-length.mjs [directory]

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const MAX_LINES = 400;
/** The upload scripts are not among them: a customer downloads each as one file. */
const CODE = /\.(?:[cm]?[jt]sx?|css)$/;
const SKIPPED = new Set(['node_modules', 'dist', 'bundle', '.git', '.cache', 'data', 'coverage', 'generated']);

function* filesIn(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile() && CODE.test(entry.name)) yield path;
  }
}

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const tooLong = [...filesIn(root)]
  .map((path) => ({ path, lines: readFileSync(path, 'utf8').split('\n').length - 1 }))
  .filter(({ lines }) => lines > MAX_LINES);
for (const { path, lines } of tooLong)
  console.error(`${relative(root, path)} has ${lines} lines; at most ${MAX_LINES} are allowed.`);
process.exitCode = tooLong.length === 0 ? 0 : 1;
