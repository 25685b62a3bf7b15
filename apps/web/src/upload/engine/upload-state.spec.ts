import { describe, expect, it } from '@jest/globals';
import { type Failure, failureOf } from './failure.js';
import { newUpload, nextUpload, type Receipt, type Upload, type UploadEvent } from './upload-state.js';

const FIELDS = {
  id: 'u1',
  kind: 'file',
  name: 'bundle.tar.gz',
  size: 1_000,
  fileCount: 1,
  fingerprint: '1',
} as const;
const RECEIPT: Receipt = {
  id: 'a1',
  file: 'https://logs.example.com/api/v1/archives/a1/download',
  ticket: 'SUP-1482',
  name: 'bundle.tar.gz',
  size: 1_000,
  sha256: '9f',
  time_create: '2026-11-20T18:45:00Z',
  receipt: 'eyJ',
};
const LINE_LOST: Failure = { kind: 'wait', reason: 'line', afterMs: undefined };

function after(...events: UploadEvent[]): Upload {
  return events.reduce(nextUpload, newUpload(FIELDS, 0, 0));
}
const started: UploadEvent = { type: 'started', now: 0 };
const failed = (failure: Failure, now = 0): UploadEvent => ({ type: 'failed', failure, now });

describe('an upload', () => {
  it('goes from the queue over sending to the receipt', () => {
    const sending = after(started, { type: 'moved', bytes: 640, now: 1_000 });
    expect(sending).toMatchObject({ phase: { name: 'sending' }, sentBytes: 640, speed: { bytesPerSecond: 640 } });
    expect(nextUpload(sending, { type: 'stored', receipt: RECEIPT })).toMatchObject({
      phase: { name: 'stored' },
      safeBytes: 1_000,
    });
  });

  it('begins where an earlier visit stopped', () => {
    expect(newUpload(FIELDS, 400, 0)).toMatchObject({ sentBytes: 400, safeBytes: 400 });
  });

  it('shows what had left while it waits, then what has really arrived', () => {
    const lost = after(started, { type: 'moved', bytes: 700, now: 1 }, failed(LINE_LOST));
    expect(lost).toMatchObject({ sentBytes: 700, phase: { name: 'waiting' } });
    const again = [{ type: 'continued' } as const, started, { type: 'secured', bytes: 650 } as const].reduce(
      nextUpload,
      lost,
    );
    expect(again).toMatchObject({ sentBytes: 650, safeBytes: 650, speed: { bytesPerSecond: 0, bytes: 650 } });
  });

  it('waits longer every time the line is lost', () => {
    let upload = after(started, { type: 'secured', bytes: 500 }, { type: 'moved', bytes: 700, now: 1 });
    for (const wait of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      upload = nextUpload(upload, failed(LINE_LOST, 10));
      expect(upload).toMatchObject({ safeBytes: 500, phase: { name: 'waiting', reason: 'line', retryAt: 10 + wait } });
      upload = [{ type: 'continued' } as const, started].reduce(nextUpload, upload);
    }
  });

  it('counts failures anew once a byte has come to stay', () => {
    const again = [started, failed(LINE_LOST), { type: 'continued' } as const, started];
    expect(after(...again, { type: 'secured', bytes: 1 }).failures).toBe(0);
    expect(after(...again, { type: 'secured', bytes: 0 }).failures).toBe(1);
  });

  it('waits as long as the server asks', () => {
    const failure: Failure = { kind: 'wait', reason: 'full', afterMs: 60_000 };
    expect(after(started, failed(failure, 5)).phase).toEqual({ name: 'waiting', reason: 'full', retryAt: 60_005 });
  });

  it('goes on at once where the server stands elsewhere, and stops when that never helps', () => {
    const again: Failure = { kind: 'again' };
    expect(after(started, failed(again, 7)).phase).toMatchObject({ name: 'waiting', retryAt: 7 });
    let upload = after(started);
    for (let tries = 0; tries < 9; tries += 1) {
      upload = [failed(again), { type: 'continued' } as const, started].reduce(nextUpload, upload);
      if (tries === 7) expect(upload.phase.name).toBe('sending');
    }
    expect(nextUpload(upload, failed(again)).phase).toMatchObject({ name: 'refused', code: 'no_progress' });
  });

  it('begins anew where the server has lost it', () => {
    const upload = after(started, { type: 'secured', bytes: 500 }, failed({ kind: 'anew' }));
    expect(upload).toMatchObject({ sentBytes: 0, safeBytes: 0, phase: { name: 'waiting' } });
  });

  it('shows every byte sent while the archive is being made', () => {
    const upload = after(started, { type: 'moved', bytes: 990, now: 1 }, failed({ kind: 'finishing', afterMs: 2_000 }));
    expect(upload).toMatchObject({ sentBytes: 1_000, phase: { name: 'finishing', askAt: 2_000 } });
    expect(nextUpload(upload, started).phase.name).toBe('finishing');
  });

  it('does not hear what comes too late', () => {
    const paused = after(started, { type: 'paused' });
    expect(nextUpload(paused, { type: 'moved', bytes: 900, now: 1 })).toBe(paused);
    expect(nextUpload(paused, failed(LINE_LOST))).toBe(paused);
    const stored = after(started, { type: 'stored', receipt: RECEIPT });
    for (const type of ['paused', 'continued', 'cancelled'] as const) expect(nextUpload(stored, { type })).toBe(stored);
  });

  it('can be taken up after a pause and after a refusal', () => {
    const refused = after(started, failed({ kind: 'refused', code: 'ticket_resolved', detail: '', requestId: 'r1' }));
    expect(refused.phase).toMatchObject({ name: 'refused', code: 'ticket_resolved' });
    expect(nextUpload(refused, { type: 'continued' }).phase.name).toBe('queued');
    expect(after(started, { type: 'paused' }, { type: 'continued' }).phase.name).toBe('queued');
  });
});

describe('failureOf', () => {
  const refusal = { status: 423, code: '', detail: 'd', requestId: 'r1', retryAfterSeconds: undefined };

  it.each([
    [undefined, { kind: 'wait', reason: 'line' }],
    [
      { ...refusal, code: 'attempts_in_use', retryAfterSeconds: 30 },
      { kind: 'wait', reason: 'in_use', afterMs: 30_000 },
    ],
    [
      { ...refusal, status: 503, code: 'shutting_down' },
      { kind: 'wait', reason: 'restarting' },
    ],
    [
      { ...refusal, status: 503, code: 'upload_finishing', retryAfterSeconds: 2 },
      { kind: 'finishing', afterMs: 2_000 },
    ],
    [
      { ...refusal, status: 507, code: 'storage_full' },
      { kind: 'wait', reason: 'full' },
    ],
    [
      { ...refusal, status: 502, code: 'unknown' },
      { kind: 'wait', reason: 'restarting' },
    ],
    [
      { ...refusal, status: 500, code: 'internal_error' },
      { kind: 'wait', reason: 'server' },
    ],
    [
      { ...refusal, status: 429, code: 'unknown' },
      { kind: 'wait', reason: 'busy' },
    ],
    [{ ...refusal, status: 409, code: 'upload_offset_mismatch' }, { kind: 'again' }],
    [{ ...refusal, status: 460, code: 'checksum_mismatch' }, { kind: 'again' }],
    [{ ...refusal, status: 404, code: 'upload_not_found' }, { kind: 'anew' }],
    [
      { ...refusal, code: 'ticket_resolved' },
      { kind: 'refused', code: 'ticket_resolved', requestId: 'r1' },
    ],
    [
      { ...refusal, status: 409, code: 'upload_locked' },
      { kind: 'refused', code: 'upload_locked' },
    ],
    [
      { ...refusal, status: 413, code: 'unknown' },
      { kind: 'refused', code: 'unknown' },
    ],
  ])('%j', (answer, failure) => {
    expect(failureOf(answer)).toMatchObject(failure);
  });
});
