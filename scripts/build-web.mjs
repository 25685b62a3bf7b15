// Builds the web pages into apps/web/dist; does nothing when they are newer than what they are made of.
//
//   node scripts/build-web.mjs        after `tsc -b`

import { spawnSync } from 'node:child_process';
import { existsSync, globSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkWebSize } from './check-web-size.mjs';

const rootDir = resolve(import.meta.dirname, '..');
const webDir = join(rootDir, 'apps/web');
const distDir = join(webDir, 'dist');
const made = join(distDir, 'index.html');

function isFresh() {
  if (!existsSync(made)) return false;
  const madeAt = statSync(made).mtimeMs;
  const sources = ['apps/web/{src,public}/**/*.*', 'apps/web/*.*', 'libs/api-client/dist/**/*.js', 'pnpm-lock.yaml'];
  return globSync(sources, { cwd: rootDir }).every((path) => statSync(join(rootDir, path)).mtimeMs <= madeAt);
}

if (!isFresh()) {
  const vite = spawnSync(
    process.execPath,
    [join(webDir, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    {
      cwd: webDir,
      stdio: 'inherit',
    },
  );
  process.exitCode = vite.status ?? 1;
  if (vite.status === 0 && !checkWebSize(distDir, () => undefined)) {
    // What is too large does not count as built, so that the next try fails as well.
    rmSync(made);
    process.exitCode = 1;
  }
}
