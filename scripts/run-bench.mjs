// Runs the measurements of bench/, one after the other, so that none disturbs another.
//
//   node scripts/run-bench.mjs [part of a name]

import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';

const rootDir = resolve(import.meta.dirname, '..');
const wanted = process.argv[2] ?? '';
const files = globSync('bench/**/*.bench.{mjs,ts}', { cwd: rootDir })
  .filter((file) => file.includes(wanted))
  .sort();
if (files.length === 0) console.log('There is nothing to measure.');
for (const file of files) {
  console.log(`\n── ${file}`);
  const { status } = spawnSync(process.execPath, [file], { cwd: rootDir, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
