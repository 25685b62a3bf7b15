import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

it('libs/api-client/src/generated/schema.ts is what `pnpm emit` would write', () => {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, '../generate.mjs'), '--check'], {
    encoding: 'utf8',
  });
  expect([run.status, run.stderr]).toEqual([0, '']);
}, 60_000);
