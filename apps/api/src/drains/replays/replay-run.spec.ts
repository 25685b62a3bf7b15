import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { describe, expect, it, jest } from '@jest/globals';
import type { ReadableArchive } from '../../archives/archive-bytes.js';
import { drainErrors } from '../drains.errors.js';
import type { Replay } from './replay.entity.js';
import { type ReplayProgress, ReplayRun, type ReplaySurroundings } from './replay-run.js';

const replay: Replay = {
  ...{ id: 'r', ticketId: 't', archiveId: 'a', archiveName: 'a.log.gz', drainId: 'd', drainToken: 'shop-production' },
  ...{ state: 'running', error: null, username: 'anna', totalBytes: 0, bytesRead: 0, textOffset: 0 },
  ...{ linesSent: 0, linesDropped: 0, endedAt: null, timeCreate: 0 },
};

function archiveOf(read: (start: number) => Readable): ReadableArchive {
  return { id: 'a', ticketId: 't', name: 'a.log.gz', sizeBytes: 0, timeCreate: 0, read };
}

function runWith(around: Partial<ReplaySurroundings>): ReplayRun {
  const usual: ReplaySurroundings = {
    send: async () => ({ dropped: 0 }),
    report: async () => true,
    isWanted: async () => true,
  };
  return new ReplayRun(replay, { ...usual, ...around });
}

/** Text without a line end, and without an end. */
async function* endlessLine(): AsyncGenerator<string> {
  for (;;) yield setImmediate('x'.repeat(65_536));
}

describe('A replay', () => {
  it.each([
    ['plain', () => Readable.from(endlessLine(), { objectMode: false })],
    ['gzip', () => Readable.from(endlessLine(), { objectMode: false }).pipe(createGzip({ level: 1 }))],
  ])('that is left ends at once, also in the midst of a line that has no end (%s)', async (_, read) => {
    const send = jest.fn<ReplaySurroundings['send']>();
    const run = runWith({ send });
    const ended = run.run(archiveOf(read));
    setTimeout(() => run.leave(), 20);
    expect(await ended).toBeUndefined();
    expect(send).not.toHaveBeenCalled();
  });

  it('that another process has cancelled ends with its batch, and does not wait for a line that has no end', async () => {
    const text = async function* (): AsyncGenerator<string> {
      yield 'line\n'.repeat(30_000);
      yield* endlessLine();
    };
    const run = runWith({ report: async () => false });
    expect(await run.run(archiveOf(() => Readable.from(text(), { objectMode: false })))).toBeUndefined();
  });

  it.each([
    ['here', async () => true],
    ['at another process', async () => false],
  ])('that is cancelled %s does not wait for a batch that its drain takes slowly', async (where, isWanted) => {
    const reports: ReplayProgress[] = [];
    const { promise: sending, resolve } = Promise.withResolvers<void>();
    const run = runWith({
      send: (_, signal) => {
        resolve();
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(drainErrors.unreachable(signal.reason)));
        });
      },
      report: async (progress) => reports.push(progress) > 0,
      isWanted,
    });
    const ended = run.run(archiveOf(() => Readable.from([Buffer.from('line\n'.repeat(30_000))])));
    await sending;
    const cancelledAt = performance.now();
    if (where === 'here') run.stop();
    expect(await ended).toBeUndefined();
    expect(performance.now() - cancelledAt).toBeLessThan(1_000);
    expect(reports).toEqual([]);
  });

  it('that is left before it began reads nothing', async () => {
    const run = runWith({});
    run.leave();
    expect(await run.run(archiveOf(() => Readable.from([gzipSync('a\n')])))).toBeUndefined();
  });

  it('whose archive cannot be read says so, and is left to be taken up again', async () => {
    const reports: ReplayProgress[] = [];
    const failure = new Error('the store is away');
    const broken = async function* (): AsyncGenerator<string> {
      yield 'line\n'.repeat(30_000);
      throw failure;
    };
    const run = runWith({ report: async (progress) => reports.push(progress) > 0 });
    await expect(run.run(archiveOf(() => Readable.from(broken(), { objectMode: false })))).rejects.toBe(failure);
    expect(reports.at(-1)).toMatchObject({ linesSent: 20_000, error: expect.stringContaining('tried again') });
  });

  it('whose drain is deleted in the midst fails, says so, and counts what had been sent', async () => {
    const progress: ReplayProgress[] = [];
    const run = runWith({
      send: async () => {
        if (progress.length > 0) throw drainErrors.notFound();
        return { dropped: 1 };
      },
      report: async (now) => progress.push(now) > 0,
    });
    const ending = await run.run(archiveOf(() => Readable.from([Buffer.from('line\n'.repeat(30_000))])));
    expect(ending).toEqual({ state: 'failed', error: expect.stringContaining('There is no drain with this id') });
    expect(progress).toHaveLength(1);
    const [{ linesSent = 0, linesDropped = 0, textOffset = 0 } = {}] = progress;
    expect([linesDropped, textOffset]).toEqual([1, 5 * (linesSent + linesDropped)]);
  });
});
