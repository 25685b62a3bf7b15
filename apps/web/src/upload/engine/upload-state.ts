import type { Schema } from '@logs-collector/api-client/client';
import { backOff, type Failure, type WaitReason } from './failure.js';
import { measured, type Speed, speedFrom } from './speed.js';

export type Receipt = Schema<'ReceiptView'>;

export type Phase =
  /** Waits for a free place in the queue. */
  | { readonly name: 'queued' }
  | { readonly name: 'sending' }
  /** Every byte is there; the archive is being made. */
  | { readonly name: 'finishing'; readonly askAt: number }
  | { readonly name: 'waiting'; readonly reason: WaitReason; readonly retryAt: number }
  | { readonly name: 'paused' }
  | { readonly name: 'cancelling' }
  | { readonly name: 'refused'; readonly code: string; readonly detail: string; readonly requestId: string | undefined }
  | { readonly name: 'stored'; readonly receipt: Receipt };

/** One upload as the page shows it. */
export interface Upload {
  readonly id: string;
  readonly kind: 'file' | 'folder';
  readonly name: string;
  readonly size: number;
  readonly fileCount: number;
  /** Tells the bytes from other ones of the same name. */
  readonly fingerprint: string;
  /** Bytes that have left; some of them may have to leave again. */
  readonly sentBytes: number;
  /** Bytes that the server has, whatever happens now. */
  readonly safeBytes: number;
  /** Failures in a row without a byte that came to stay. */
  readonly failures: number;
  readonly speed: Speed;
  readonly phase: Phase;
}

export type UploadEvent =
  | { readonly type: 'started'; readonly now: number }
  | { readonly type: 'moved'; readonly bytes: number; readonly now: number }
  | { readonly type: 'secured'; readonly bytes: number }
  | { readonly type: 'failed'; readonly failure: Failure; readonly now: number }
  | { readonly type: 'paused' }
  /** By hand or by the clock: take the next free place. */
  | { readonly type: 'continued' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'stored'; readonly receipt: Receipt };

const FINISHING_ASK_MS = 2_000;
/** Then something is wrong that repeating does not mend. */
const MAX_FRUITLESS = 8;

export function newUpload(
  fields: Pick<Upload, 'id' | 'kind' | 'name' | 'size' | 'fileCount' | 'fingerprint'>,
  safeBytes: number,
  now: number,
): Upload {
  return {
    ...fields,
    sentBytes: safeBytes,
    safeBytes,
    failures: 0,
    speed: speedFrom(safeBytes, now),
    phase: { name: 'queued' },
  };
}

/** What becomes of an upload. An event that does not fit its phase came too late and changes nothing. */
export function nextUpload(upload: Upload, event: UploadEvent): Upload {
  const { phase } = upload;
  switch (event.type) {
    case 'started':
      if (phase.name !== 'queued' && phase.name !== 'finishing') return upload;
      return {
        ...upload,
        speed: speedFrom(upload.sentBytes, event.now),
        phase: phase.name === 'finishing' ? phase : { name: 'sending' },
      };
    case 'moved':
      if (phase.name !== 'sending') return upload;
      return { ...upload, sentBytes: event.bytes, speed: measured(upload.speed, event.bytes, event.now) };
    case 'secured': {
      // Before anything has moved it is the answer to where this try begins: the truth, be it less than what had left.
      const isBeginning = upload.speed.bytesPerSecond === 0;
      return {
        ...upload,
        safeBytes: event.bytes,
        sentBytes: isBeginning ? event.bytes : Math.max(upload.sentBytes, event.bytes),
        speed: isBeginning ? { ...upload.speed, bytes: event.bytes } : upload.speed,
        failures: event.bytes > upload.safeBytes ? 0 : upload.failures,
      };
    }
    case 'failed':
      return isUnderWay(upload) ? failed(upload, event.failure, event.now) : upload;
    case 'paused':
      return mayPause(upload) ? { ...upload, phase: { name: 'paused' } } : upload;
    case 'continued':
      return mayContinue(upload) ? { ...upload, phase: { name: 'queued' } } : upload;
    case 'cancelled':
      return phase.name === 'stored' ? upload : { ...upload, phase: { name: 'cancelling' } };
    case 'stored':
      return {
        ...upload,
        sentBytes: upload.size,
        safeBytes: upload.size,
        phase: { name: 'stored', receipt: event.receipt },
      };
  }
}

function failed(upload: Upload, failure: Failure, now: number): Upload {
  const failures = upload.failures + 1;
  const back = { ...upload, failures };
  switch (failure.kind) {
    case 'finishing':
      return {
        ...upload,
        sentBytes: upload.size,
        phase: { name: 'finishing', askAt: now + (failure.afterMs ?? FINISHING_ASK_MS) },
      };
    case 'wait':
      return {
        ...back,
        phase: { name: 'waiting', reason: failure.reason, retryAt: now + (failure.afterMs ?? backOff(failures)) },
      };
    case 'again':
    case 'anew': {
      const rest = failure.kind === 'anew' ? { ...back, sentBytes: 0, safeBytes: 0 } : back;
      if (failures > MAX_FRUITLESS) {
        return { ...rest, phase: { name: 'refused', code: 'no_progress', detail: '', requestId: undefined } };
      }
      // The first time nobody needs to notice.
      const retryAt = failures === 1 ? now : now + backOff(failures);
      return { ...rest, phase: { name: 'waiting', reason: 'line', retryAt } };
    }
    case 'refused':
      return {
        ...back,
        phase: { name: 'refused', code: failure.code, detail: failure.detail, requestId: failure.requestId },
      };
  }
}

/** Has a request open, or will have one by itself. */
export function isUnderWay({ phase }: Upload): boolean {
  return phase.name === 'sending' || phase.name === 'finishing' || phase.name === 'waiting';
}

/** Leaving the page now would interrupt it. */
export function isUnfinished(upload: Upload): boolean {
  return isUnderWay(upload) || upload.phase.name === 'queued' || upload.phase.name === 'paused';
}

export function mayPause({ phase }: Upload): boolean {
  return phase.name === 'queued' || phase.name === 'sending' || phase.name === 'waiting';
}

export function mayContinue({ phase }: Upload): boolean {
  return phase.name === 'paused' || phase.name === 'waiting' || phase.name === 'refused';
}
