import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { ReadableArchive } from '../../archives/archive-bytes.js';
import type { Replay } from './replay.entity.js';
import { ReplayRun } from './replay-run.js';

const replay: Replay = {
  ...{ id: 'r', ticketId: 't', archiveId: 'a', archiveName: 'a.log.gz', drainId: 'd', drainToken: 'shop-production' },
  ...{ state: 'running', error: null, username: 'anna', totalBytes: 0, bytesRead: 0, textOffset: 0 },
  ...{ linesSent: 0, linesDropped: 0, endedAt: null, timeCreate: 0 },
};

function archiveOf(read: (start: number) => Readable): ReadableArchive {
  return { id: 'a', ticketId: 't', name: 'a.log.gz', sizeBytes: 0, timeCreate: 0, read };
}

function runOf(taken: string[]): ReplayRun {
  return new ReplayRun(
    replay,
    { ticketNumber: 'SUP-1', nearMs: 0 },
    {
      send: async (body) => {
        taken.push(body);
        return { dropped: 0 };
      },
      report: async () => true,
    },
  );
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
    const taken: string[] = [];
    const run = runOf(taken);
    const ended = run.run(archiveOf(read));
    setTimeout(() => run.leave(), 20);
    expect(await ended).toBeUndefined();
    expect(taken).toEqual([]);
  });

  it('that is left before it began reads nothing', async () => {
    const run = runOf([]);
    run.leave();
    expect(await run.run(archiveOf(() => Readable.from([gzipSync('a\n')])))).toBeUndefined();
  });
});
