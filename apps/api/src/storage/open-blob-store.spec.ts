import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

describe('An S3 service at the start', () => {
  let refusals: number;
  let refusal: { status: number; code: string };
  let server: Server;

  beforeEach(async () => {
    server = createServer((request, response) => {
      request.resume();
      const answer = (status: number, code?: string) =>
        response
          .writeHead(status, { 'Content-Type': 'application/xml' })
          .end(code === undefined ? '' : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
      if (refusals > 0) {
        refusals -= 1;
        return answer(refusal.status, refusal.code);
      }
      return request.headers['if-match'] === undefined ? answer(200) : answer(412, 'PreconditionFailed');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.close();
  });

  const open = () =>
    openBlobStore({
      STORAGE_URL: {
        kind: 's3',
        bucket: 'archives',
        prefix: '',
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      },
      S3_CREDENTIALS: { accessKeyId: 'key', secretAccessKey: 'secret' },
      MAX_UPLOAD_BYTES: 1024,
    });

  it('that refuses for a moment is waited for', async () => {
    // More than the client tries by itself.
    refusals = 5;
    refusal = { status: 500, code: 'InternalError' };
    await open();
    expect(refusals).toBe(0);
  });

  it('that lets us read and not write is named with its reason', async () => {
    refusals = 5;
    refusal = { status: 403, code: 'AccessDenied' };
    await expect(open()).rejects.toThrow('STORAGE_URL cannot be used: the service refuses us (AccessDenied)');
  });
});
