// A real S3 server for the tests of the S3 store: versitygw, built once from the Go module registry into .cache/.
//
//   node scripts/s3-server.mjs        builds it where it is missing

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { goCommand } from './get-go.mjs';

const MODULE = 'github.com/versity/versitygw/cmd/versitygw';
const VERSION = 'v1.8.0';

const directory = join(resolve(import.meta.dirname, '..'), '.cache', `versitygw-${VERSION}`);

/** Where the program is, or will be. */
export const s3ServerPath = join(directory, 'versitygw');

export function hasS3Server() {
  return existsSync(s3ServerPath);
}

/** Builds it where it is missing, with the machine's Go or one that is brought; takes a minute or two. */
export async function buildS3Server() {
  if (hasS3Server()) return true;
  const go = await goCommand();
  if (go === undefined) return false;
  console.log(`Building ${MODULE}@${VERSION}…`);
  // GOFLAGS and GOARCH of whoever starts us are not meant for this.
  const env = { ...process.env, GOBIN: directory, GOFLAGS: '', CGO_ENABLED: '0' };
  const args = ['install', '-trimpath', '-ldflags=-s -w', `${MODULE}@${VERSION}`];
  return spawnSync(go, args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
}

if (process.argv[1] === import.meta.filename) process.exitCode = (await buildS3Server()) ? 0 : 1;
