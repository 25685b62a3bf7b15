import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { hasS3Server } from '../../../../scripts/s3-server.mjs';
import { S3Line } from '../../../../scripts/test-support/s3-line.js';
import { S3Server } from '../../../../scripts/test-support/s3-server.js';
import { appendOptions, bytesOf, chunksOf, patterned, until } from '../contract-support.js';
import { S3BlobStore } from './s3-blob-store.js';
import { S3Bucket } from './s3-bucket.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const PART = 8 * MIB;

/**
 * Seen red without the fence: the blob had the earlier's bytes, or fewer, with whichever of its requests came late.
 */
(hasS3Server() ? describe : describe.skip)('Writers of one partial in S3 that do not know of each other', () => {
  let server: S3Server;
  let line: S3Line;
  let number = 0;
  const stores: S3BlobStore[] = [];

  beforeAll(async () => {
    server = await S3Server.start();
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    number += 1;
    line = await S3Line.before(server.port);
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) store.close();
    await line.close();
  });

  const place = (endpoint = server.endpoint) => {
    const { bucket, credentials } = server;
    return { bucket, credentials, endpoint, prefix: `writers-${number}/` };
  };
  /** As another process has it. */
  async function open(endpoint?: string): Promise<S3BlobStore> {
    const store = await S3BlobStore.open({ place: place(endpoint), maxBlobBytes: 1024 * MIB });
    stores.push(store);
    return store;
  }

  it.each(['PUT partials', 'PUT bytes?partNumber&uploadId', 'PUT bytes', 'DELETE bytes'])(
    'make one blob of all that the later acknowledged, also when a %s of the earlier arrives at its end',
    async (late) => {
      const bytes = patterned(3 * PART + 5);
      const [earlier, later] = [await open(line.endpoint), await open()];
      await later.begin('partial-1');
      // Parts and segments that do not count, so that the next writer has an end to mark and something to cut.
      await later.append('partial-1', 0, chunksOf(bytes.subarray(0, 2 * PART + MIB), [MIB]), appendOptions());
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      let isHeld = false;
      line.decide = (step) => {
        if (isHeld || step !== late) return undefined;
        isHeld = true;
        return { kind: 'wait', until: released };
      };
      const part = chunksOf(bytes.subarray(0, PART + 7), [MIB]);
      const overtaken = earlier
        .append('partial-1', 0, part, appendOptions({ epoch: 2 }))
        .catch((error: unknown) => error);
      await until(() => isHeld);
      const source = chunksOf(bytes, [MIB]);
      expect(await later.append('partial-1', 0, source, appendOptions({ epoch: 3 }))).toEqual({ offset: bytes.length });
      release();
      await overtaken;
      await later.commit('partial-1', 'blob-0001', '{}', bytes.length);
      expect((await bytesOf(later.read('blob-0001'))).equals(bytes)).toBe(true);
    },
  );

  it('removes what was stored after its upload had been removed or finished elsewhere, and nothing else', async () => {
    const bucket = new S3Bucket(place());
    const store = await open();
    for (const name of ['0001', '0002', '0003', '0004']) {
      await store.begin(`partial-${name}`);
      await store.append(`partial-${name}`, 0, chunksOf(Buffer.from('kept')), appendOptions());
      if (name !== '0004') await store.commit(`partial-${name}`, `blob-${name}`, '{}', 4);
    }
    await store.quarantine('blob-0002');
    await store.delete('blob-0003');
    const kept = (await bucket.listAll('bytes/')).map(({ name }) => name);
    expect(kept).toHaveLength(3);
    const [ofBlob = '', , ofPartial = ''] = kept;
    const late = '0000000000000004-0000000000000009.1';
    await bucket.put(ofBlob.replace(/[^/]+$/, late), 'late');
    await bucket.put(`bytes/partial-0003.0123456789abcdef/${late}`, 'late');
    await bucket.put(ofPartial.replace(/[^/]+$/, late), 'under way');
    expect(await store.sweep(Date.now() - 60_000)).toBe(0);
    expect(await store.sweep(Date.now() + 60_000)).toBe(2);
    const left = (await bucket.listAll('bytes/')).map(({ name }) => name);
    expect(left).toEqual([...kept, ofPartial.replace(/[^/]+$/, late)].sort());
    expect((await bytesOf(store.read('blob-0001'))).toString()).toBe('kept');
  });

  it('removes nothing of a bucket that has lost what leads to its bytes', async () => {
    const bucket = new S3Bucket(place());
    const store = await open();
    const names = Array.from({ length: 101 }, (_, index) => `bytes/partial-${index}.0123456789abcdef/whole`);
    await Promise.all(names.map((name) => bucket.put(name, 'x')));
    await expect(store.sweep(Date.now() + 60_000)).rejects.toMatchObject({ code: 'io_failed' });
    expect(await bucket.listAll('bytes/')).toHaveLength(101);
    await bucket.delete(names);
  });
});
