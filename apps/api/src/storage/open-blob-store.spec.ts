import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openBlobStore } from './open-blob-store.js';

const WHERE = /^The settings cannot be used:\n {2}- STORAGE_URL \(DATA_DIR, where it is not set\) cannot take archives/;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logs-collector-store-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function refusalOf(path: string): Promise<string> {
  const opening = openBlobStore({
    STORAGE_URL: { kind: 'file', path },
    S3_CREDENTIALS: undefined,
    MAX_UPLOAD_BYTES: 1024,
  });
  return opening.then(
    () => 'opened',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe('A directory for archives that cannot be used is named with the reason and what to do:', () => {
  it('its volume is not mounted', async () => {
    const refusal = await refusalOf(join(directory, 'volume/archives'));
    expect(refusal).toMatch(WHERE);
    expect(refusal).toContain('(ENOENT); the directory that is to hold it is missing: is the volume mounted?');
  });

  it.each(['archives', 'archives/blobs'])('something else has the name of %s', async (name) => {
    if (name !== 'archives') mkdirSync(join(directory, 'archives'));
    writeFileSync(join(directory, name), '');
    const refusal = await refusalOf(join(directory, 'archives'));
    expect(refusal).toMatch(WHERE);
    expect(refusal).toContain('something other than a directory is in its place');
  });

  it('it belongs to somebody else, and both users are named', async () => {
    const path = join(directory, 'archives');
    mkdirSync(path, { mode: 0o755 });
    const isRoot = process.geteuid?.() === 0;
    if (!isRoot) chmodSync(path, 0o555);
    if (isRoot) chmodSync(directory, 0o755);
    if (isRoot) process.seteuid?.(4242);
    const refusal = await refusalOf(path).finally(() => isRoot && process.seteuid?.(0));
    expect(refusal).toMatch(WHERE);
    expect(refusal).toContain(isRoot ? 'it belongs to user 0 and must belong to user' : 'has its mode been changed?');
  });
});
