import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { hasS3Server } from '../../../../scripts/s3-server.mjs';
import { type S3Fault, S3Line } from '../../../../scripts/test-support/s3-line.js';
import { S3Server } from '../../../../scripts/test-support/s3-server.js';
import { appendOptions, bytesOf, chunksOf, collect, ManualSource, patterned, until } from '../contract-support.js';
import { S3BlobStore, type S3BlobStoreOptions } from './s3-blob-store.js';
import { S3Bucket } from './s3-bucket.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
/** The quick selection fails at every so manieth request, beginning at another one on every run. */
const STRIDE = process.env.TEST_LARGE === '1' ? 1 : 3;
/** What is smallest for 1 GiB. */
const PART = 8 * MIB;
const PATIENCE = { connectMs: 10_000, silenceMs: 30_000, completionMs: 60_000, attempts: 2 };
/** For a service that does not answer at all; one that is busy would be taken for such. */
const IMPATIENCE = { ...PATIENCE, silenceMs: 700 };

(hasS3Server() ? describe : describe.skip)('S3BlobStore on a real server', () => {
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
    return { bucket, credentials, endpoint, prefix: `own-${number}/` };
  };
  /** A store as another process has it: it knows nothing but what is in the bucket. */
  async function open(endpoint?: string, options: Partial<S3BlobStoreOptions> = {}): Promise<S3BlobStore> {
    const store = await S3BlobStore.open({
      place: place(endpoint),
      patience: PATIENCE,
      maxBlobBytes: 1024 * MIB,
      ...options,
    });
    stores.push(store);
    return store;
  }
  const objects = async () => (await new S3Bucket(place()).listAll('')).map(({ name }) => name.replace(/\/.*/, ''));
  const multiparts = () => collect(new S3Bucket(place()).listMultiparts(''));

  it('makes one object of many parts, with an odd end, and leaves nothing else', async () => {
    const bytes = patterned(3 * PART + 12_345);
    const store = await open();
    await store.begin('partial-1');
    const offsets: number[] = [];
    const result = await store.append(
      'partial-1',
      0,
      chunksOf(bytes, [1_000_000]),
      appendOptions({ maxBytes: bytes.length, onDurable: (offset) => offsets.push(offset) }),
    );
    expect(result).toEqual({ offset: bytes.length });
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(offsets.filter((offset) => offset % PART !== 0)).toEqual([bytes.length]);
    await store.commit('partial-1', 'blob-0001', '{}', bytes.length);
    expect((await bytesOf(store.read('blob-0001'))).equals(bytes)).toBe(true);
    expect(await objects()).toEqual(['blobs', 'bytes']);
    expect(await multiparts()).toEqual([]);
  });

  it('goes on in another process at every place that was told, also where later parts are there already', async () => {
    const bytes = patterned(3 * PART + 7_777);
    const told = [0];
    const first = await open();
    await first.begin('partial-1');
    for (const cut of [3 * MIB, PART + 5, 2 * PART + MIB, bytes.length]) {
      const offset = told.at(-1) ?? 0;
      const source = chunksOf(bytes.subarray(offset, cut), [700_000]);
      await first.append('partial-1', offset, source, appendOptions({ onDurable: (durable) => told.push(durable) }));
    }
    // What a caller has committed lags behind what it was told, and never goes back.
    for (const offset of told.filter((one) => one >= 2 * PART + MIB)) {
      const other = await open();
      const source = chunksOf(bytes.subarray(offset), [900_000]);
      expect(await other.append('partial-1', offset, source, appendOptions())).toEqual({ offset: bytes.length });
      expect(await other.partialSize('partial-1')).toBe(bytes.length);
    }
    const last = await open();
    expect((await bytesOf(last.readPartial('partial-1'))).equals(bytes)).toBe(true);
    await last.commit('partial-1', 'blob-0001', '{}', bytes.length);
    expect((await bytesOf(last.read('blob-0001'))).equals(bytes)).toBe(true);
  });

  it('ends where the last append ended, whatever parts are left beyond', async () => {
    const store = await open();
    await store.begin('partial-1');
    await store.append('partial-1', 0, chunksOf(patterned(3 * PART), [MIB]), appendOptions());
    const other = await open();
    await other.append('partial-1', PART, chunksOf(Buffer.from('the end')), appendOptions());
    expect(await other.partialSize('partial-1')).toBe(PART + 7);
    await other.commit('partial-1', 'blob-0001', '{}', PART + 7);
    const blob = await bytesOf(other.read('blob-0001'));
    expect(blob.length).toBe(PART + 7);
    expect(blob.subarray(PART).toString()).toBe('the end');
  });

  it('makes durable what a slow source has sent, and puts the part together from it', async () => {
    const store = await open(undefined, { durableIntervalMs: 60 });
    await store.begin('partial-1');
    const source = new ManualSource();
    const told: number[] = [];
    const appending = store.append('partial-1', 0, source, appendOptions({ onDurable: (offset) => told.push(offset) }));
    const bytes = patterned(PART + 10);
    for (const [from, to] of [
      [0, 5],
      [5, 4_000_000],
      [4_000_000, 4_000_001],
    ]) {
      source.push(bytes.subarray(from, to));
      await until(() => told.at(-1) === to);
    }
    source.push(bytes.subarray(4_000_001));
    source.end();
    expect(await appending).toEqual({ offset: bytes.length });
    await store.commit('partial-1', 'blob-0001', '{}', bytes.length);
    expect((await bytesOf(store.read('blob-0001'))).equals(bytes)).toBe(true);
  });

  it('serves many slow uploads with few parts in memory', async () => {
    const store = await open(undefined, { slabs: 3 });
    const sources = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        await store.begin(`partial-${index}`);
        const source = new ManualSource();
        return { source, appending: store.append(`partial-${index}`, 0, source, appendOptions()) };
      }),
    );
    for (let round = 0; round < 3; round += 1)
      for (const { source } of sources) source.push(Buffer.from(`round ${round},`));
    for (const { source } of sources) source.end();
    for (const { appending } of sources) expect(await appending).toEqual({ offset: 24 });
    expect((await bytesOf(store.readPartial('partial-5'))).toString()).toBe('round 0,round 1,round 2,');
  });

  it.each<[string, S3Fault, RegExp, string]>([
    ['refuses (403)', { kind: 'answer', status: 403, code: 'AccessDenied' }, /^PUT bytes/, 'io_failed'],
    ['is overloaded (503)', { kind: 'answer', status: 503, code: 'SlowDown' }, /^PUT bytes/, 'io_failed'],
    ['has no space (507)', { kind: 'answer', status: 507, code: 'InsufficientStorage' }, /^PUT bytes/, 'no_space'],
    ['has reached a quota', { kind: 'answer', status: 403, code: 'QuotaExceeded' }, /^PUT bytes/, 'no_space'],
    ['does not answer', { kind: 'hang' }, /^PUT bytes/, 'io_failed'],
    ['breaks connections', { kind: 'refuse' }, /^PUT bytes/, 'io_failed'],
  ])('keeps what was stored when the service %s, and goes on when it is well again', async (_, fault, step, reason) => {
    const bytes = patterned(2 * PART + 99);
    const patient = await open(line.endpoint);
    const store = fault.kind === 'hang' ? await open(line.endpoint, { patience: IMPATIENCE }) : patient;
    await patient.begin('partial-1');
    let puts = 0;
    line.decide = (taken) => {
      if (!step.test(taken)) return undefined;
      puts += 1;
      return puts > 1 ? fault : undefined;
    };
    const result = await store.append('partial-1', 0, chunksOf(bytes, [MIB]), appendOptions());
    expect(result.interrupted).toMatchObject({ reason, cause: { name: 'BlobStoreError' } });
    expect([0, PART]).toContain(result.offset);
    line.decide = () => undefined;
    const rest = chunksOf(bytes.subarray(result.offset), [MIB]);
    expect(await patient.append('partial-1', result.offset, rest, appendOptions())).toEqual({ offset: bytes.length });
    await patient.commit('partial-1', 'blob-0001', '{}', bytes.length);
    expect((await bytesOf(patient.read('blob-0001'))).equals(bytes)).toBe(true);
  });

  it('notices nothing of a single failure', async () => {
    const bytes = patterned(2 * PART);
    const store = await open(line.endpoint);
    const seen = new Set<string>();
    line.decide = (step) => {
      if (seen.has(step)) return undefined;
      seen.add(step);
      return { kind: 'answer', status: 503, code: 'SlowDown' };
    };
    await store.begin('partial-1');
    expect(await store.append('partial-1', 0, chunksOf(bytes, [MIB]), appendOptions())).toEqual({
      offset: bytes.length,
    });
    await store.commit('partial-1', 'blob-0001', '{}', bytes.length);
    expect((await bytesOf(store.read('blob-0001'))).equals(bytes)).toBe(true);
  });

  it('goes on reading behind the last byte when the connection breaks', async () => {
    const bytes = patterned(2 * MIB);
    const store = await open(line.endpoint);
    await store.begin('partial-1');
    await store.append('partial-1', 0, chunksOf(bytes), appendOptions());
    await store.commit('partial-1', 'blob-0001', '{}', bytes.length);
    let reads = 0;
    line.decide = (step) => {
      if (!step.startsWith('GET bytes')) return undefined;
      reads += 1;
      return reads === 1 ? { kind: 'refuse' } : undefined;
    };
    expect((await bytesOf(store.read('blob-0001'))).equals(bytes)).toBe(true);
  });

  it('says so when parts were lost behind its back, and touches nothing', async () => {
    const store = await open();
    await store.begin('partial-1');
    await store.append('partial-1', 0, chunksOf(patterned(PART + 5), [MIB]), appendOptions());
    const [multipart] = await multiparts();
    const { bucket, endpoint, credentials } = server;
    const client = new S3Client({ region: 'us-east-1', endpoint, credentials, forcePathStyle: true });
    const Key = `own-${number}/${multipart?.name}`;
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId: multipart?.uploadId }));
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: Key }))).Uploads ?? []).toEqual(
      [],
    );
    client.destroy();
    const source = new ManualSource();
    await expect(store.append('partial-1', PART + 5, source, appendOptions())).rejects.toMatchObject({
      code: 'offset_beyond_end',
    });
    expect(source.pulls).toBe(0);
    await expect(bytesOf(store.readPartial('partial-1'))).resolves.toHaveLength(0);
    // From the beginning it can be done again.
    const bytes = patterned(PART + 9);
    expect(await store.append('partial-1', 0, chunksOf(bytes, [MIB]), appendOptions())).toEqual({
      offset: bytes.length,
    });
    await store.commit('partial-1', 'blob-0001', '{}', bytes.length);
    expect((await bytesOf(store.read('blob-0001'))).equals(bytes)).toBe(true);
  });

  it('an abort ends the multipart upload and removes every byte, but never those of a blob', async () => {
    const store = await open(line.endpoint);
    await store.begin('partial-1');
    await store.append('partial-1', 0, chunksOf(patterned(PART + 5), [MIB]), appendOptions());
    await store.abort('partial-1');
    expect(await objects()).toEqual([]);
    expect(await multiparts()).toEqual([]);
    await store.begin('partial-2');
    await store.append('partial-2', 0, chunksOf(Buffer.from('kept')), appendOptions());
    // A commit that is cut down after the blob is there, before the partial is forgotten.
    line.decide = (step) => (step === 'DELETE partials' ? { kind: 'refuse' } : undefined);
    await expect(store.commit('partial-2', 'blob-0001', '{}', 4)).rejects.toMatchObject({ code: 'io_failed' });
    line.decide = () => undefined;
    await store.abort('partial-2');
    expect((await bytesOf(store.read('blob-0001'))).toString()).toBe('kept');
    expect(await objects()).toEqual(['blobs', 'bytes']);
  });

  it('ends multipart uploads that nobody remembers, and no others', async () => {
    const store = await open(line.endpoint);
    await store.begin('partial-1');
    await store.append('partial-1', 0, chunksOf(patterned(PART + 5), [MIB]), appendOptions());
    const [known] = await multiparts();
    await new S3Bucket(place()).createMultipart('bytes/partial-1.0123456789abcdef/whole');
    await new S3Bucket(place()).createMultipart('bytes/partial-9.0123456789abcdef/whole');
    expect(await store.sweep(Date.now() - 60_000)).toBe(0);
    expect(await store.sweep(Date.now() + 60_000)).toBe(2);
    expect(await multiparts()).toEqual([known]);
  });

  it('knows of a partial when its last bytes were stored, also of one append that takes long', async () => {
    const store = await open(undefined, { durableIntervalMs: 20 });
    await store.begin('partial-1');
    const source = new ManualSource();
    const told: number[] = [];
    const appending = store.append('partial-1', 0, source, appendOptions({ onDurable: (offset) => told.push(offset) }));
    const [listed] = await collect(store.listPartials());
    const begunAt = (await listed?.changedAt()) ?? 0;
    // The service counts whole seconds.
    await until(() => Date.now() > begunAt + 1_100);
    source.push(Buffer.from('later'));
    await until(() => told.length > 0);
    expect(await listed?.changedAt()).toBeGreaterThan(begunAt);
    source.end();
    await appending;
  });

  it('notices nothing when the answer to its turn is lost', async () => {
    const store = await open(line.endpoint);
    await store.begin('partial-1');
    let isCut = false;
    line.decide = (step) => {
      if (isCut || step !== 'PUT partials') return undefined;
      isCut = true;
      return { kind: 'cut' };
    };
    const result = await store.append('partial-1', 0, chunksOf(Buffer.from('abc')), appendOptions({ epoch: 2 }));
    expect([result, isCut]).toEqual([{ offset: 3 }, true]);
  });

  it('keeps the bytes of a quarantined blob where they are', async () => {
    const store = await open(line.endpoint);
    await store.begin('partial-1');
    await store.append('partial-1', 0, chunksOf(patterned(PART + 5), [MIB]), appendOptions());
    await store.commit('partial-1', 'blob-0001', '{"n":1}', PART + 5);
    line.steps.length = 0;
    await store.quarantine('blob-0001');
    expect(line.steps.filter((step) => step.includes('bytes'))).toEqual([]);
    expect(await objects()).toEqual(['bytes', 'quarantine']);
  });

  it('is opened beside another replica that takes the probe away, which Amazon answers with "not found"', async () => {
    line.decide = (_, count) => (count === 2 ? { kind: 'answer', status: 404, code: 'NoSuchKey' } : undefined);
    await expect(open(line.endpoint)).resolves.toBeDefined();
  });

  it('is refused where the service takes no heed of conditions', async () => {
    line.decide = (_, count) => (count === 2 ? { kind: 'accept' } : undefined);
    await expect(open(line.endpoint)).rejects.toMatchObject({ code: 'io_failed', message: /If-Match/ });
  });

  it('does nothing twice and loses nothing, whichever request of an upload is the last of a process', async () => {
    const bytes = patterned(PART + 300);
    const run = async (store: S3BlobStore, from: number, told: (offset: number) => void) => {
      await store.begin('partial-1');
      const source = chunksOf(bytes.subarray(from), [3 * MIB]);
      const result = await store.append('partial-1', from, source, appendOptions({ onDurable: told }));
      if (result.interrupted) throw result.interrupted.cause;
      await store.commit('partial-1', 'blob-0001', '{"n":1}', bytes.length);
    };
    const faultless = await open(line.endpoint, { patience: { ...PATIENCE, attempts: 1 } });
    const opening = line.steps.length;
    await run(faultless, 0, () => undefined);
    const steps = line.steps.slice(opening);
    expect(steps).toEqual(expect.arrayContaining(['POST bytes?uploads', 'PUT blobs', 'DELETE partials']));
    for (let place = 1 + Math.floor(Math.random() * STRIDE); place <= steps.length; place += STRIDE) {
      for (const kind of ['refuse', 'cut'] as const) {
        number += 1;
        line.decide = () => undefined;
        const dying = await open(line.endpoint, { patience: { ...PATIENCE, attempts: 1 } });
        const before = line.steps.length;
        line.decide = (_, count) => {
          const nth = count - before;
          return nth < place ? undefined : { kind: nth === place ? kind : 'refuse' };
        };
        let reached = 0;
        const died = run(dying, 0, (offset) => {
          reached = offset;
        });
        await expect(died).rejects.toBeDefined();
        line.decide = () => undefined;
        const next = await open(line.endpoint);
        const isStored =
          (await next.size('blob-0001')) !== undefined && (await next.partialSize('partial-1')) === undefined;
        if (!isStored && reached < bytes.length) await run(next, reached, () => undefined);
        else await next.commit('partial-1', 'blob-0001', '{"n":1}', bytes.length);
        expect((await bytesOf(next.read('blob-0001'))).equals(bytes)).toBe(true);
        expect(await collect(next.listPartials())).toEqual([]);
        await next.sweep(Date.now() + 60_000);
        expect(await multiparts()).toEqual([]);
        expect((await objects()).filter((name) => name === 'bytes')).toHaveLength(1);
        await next.delete('blob-0001');
        expect(await objects()).toEqual([]);
      }
    }
  });
});
