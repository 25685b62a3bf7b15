import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { intakeErrors } from '../../archives/intake/intake.errors.js';
import type { Capture } from './capture.entity.js';
import { type CaptureProgress, CaptureRun } from './capture-run.js';

const CAPTURE = { maxBytes: 1_000, lines: 2, bytes: 8, gaps: 0, error: null, storedUntil: 1_000 };
const NOW = 5_000;
const UPLOAD = { id: 'u', principal: { tokenId: 't', ticketId: 'k', ticketNumber: 'SUP-1' }, durableBytes: 9 };

/** A run whose stream says what it is given, and whose store fails as often as it is told. */
function started(failures: Error[], takenUpFrom?: number) {
  const stream = new PassThrough();
  const reports: CaptureProgress[] = [];
  const stored: Buffer[] = [];
  const capture: Pick<Capture, keyof typeof CAPTURE | 'endsAt'> = { ...CAPTURE, endsAt: NOW + 60_000 };
  const run = new CaptureRun(
    capture as Capture,
    UPLOAD,
    {
      source: {
        open: async (signal) => {
          signal.addEventListener('abort', () => stream.end());
          return stream;
        },
        now: () => NOW,
      },
      append: async (upload, bytes) => {
        const failure = failures.shift();
        if (failure) throw failure;
        stored.push(Buffer.from(bytes));
        return { ...upload, durableBytes: upload.durableBytes + bytes.length };
      },
      report: async (progress) => {
        reports.push(progress);
      },
      isWanted: async () => true,
    },
    takenUpFrom,
  );
  const ended = run.run();
  const texts = () => stored.flatMap((member) => gunzipSync(member).toString().split('\n').slice(0, -1));
  return { run, stream, reports, ended, texts };
}

describe('A capture', () => {
  it('goes on after what another process has stored, and says from when to when lines may be missing', async () => {
    const { run, stream, ended, texts } = started([], 1_000);
    stream.write(': listening\nthree\n');
    await delay(50);
    run.end({ by: 'staff', error: null });
    expect(await ended).toEqual({ by: 'staff', error: null, count: { lines: 3, bytes: 14, gaps: 1 } });
    expect(texts()).toEqual([expect.stringContaining('from 1970-01-01T00:00:01.000Z to 1970-01-01T00:00:05'), 'three']);
  });

  it('waits for a store that is away, says so, and loses nothing', async () => {
    const { run, stream, reports, ended, texts } = started([intakeErrors.busy()]);
    stream.write(': listening\nthree\n');
    while (!reports.some(({ error }) => error?.includes('cannot be stored'))) await delay(10);
    stream.write('four\n');
    while (texts().length < 1) await delay(10);
    run.end({ by: 'staff', error: null });
    expect(await ended).toMatchObject({ by: 'staff', error: null, count: { lines: 4, gaps: 0 } });
    expect(texts()).toEqual(['three', 'four']);
  });

  it('is left alone by a process that another has overtaken: it stores nothing more, and writes no row', async () => {
    const { stream, reports, ended, texts } = started([intakeErrors.offsetMismatch(99)]);
    stream.write(': listening\nthree\n');
    expect(await ended).toBeUndefined();
    expect([texts(), reports]).toEqual([[], []]);
  });

  it('ends where there is no more space', async () => {
    const { stream, ended, texts } = started([intakeErrors.noSpace(null, 0)]);
    stream.write(': listening\nthree\n');
    expect(await ended).toMatchObject({ by: 'fault', error: expect.stringContaining('not enough space') });
    expect(texts()).toEqual([]);
  });

  it('stores what has come before its process ends, and leaves the rest to another', async () => {
    const { run, stream, reports, ended, texts } = started([]);
    stream.write(': listening\nthree\n');
    await delay(50);
    run.leave();
    expect(await ended).toBeUndefined();
    expect(texts()).toEqual(['three']);
    expect(reports.at(-1)).toEqual({ lines: 3, bytes: 14, gaps: 0, storedUntil: NOW, error: null });
  });
});
