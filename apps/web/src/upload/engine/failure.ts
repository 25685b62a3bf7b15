/** What a request that failed has told; undefined where no answer came. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  /** One sentence of the server, in English. */
  readonly detail: string;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
}

/** Why an upload waits before it goes on by itself. */
export type WaitReason = 'line' | 'in_use' | 'busy' | 'restarting' | 'full' | 'server';

export type Failure =
  /** Passes by itself. */
  | { readonly kind: 'wait'; readonly reason: WaitReason; readonly afterMs: number | undefined }
  /** The archive is being made from the bytes, which are all there. */
  | { readonly kind: 'finishing'; readonly afterMs: number | undefined }
  /** The server stands elsewhere: ask where, and go on there. */
  | { readonly kind: 'again' }
  /** The server no longer has what was sent. */
  | { readonly kind: 'anew' }
  /** Nothing changes by itself. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly detail: string;
      readonly requestId: string | undefined;
    };

const WAITS: Readonly<Record<string, WaitReason>> = {
  attempts_in_use: 'in_use',
  too_many_requests: 'busy',
  too_many_uploads: 'busy',
  too_many_connections: 'busy',
  shutting_down: 'restarting',
  unavailable: 'restarting',
  storage_full: 'full',
  database_full: 'full',
  body_timeout: 'line',
  request_timeout: 'line',
  body_cut: 'line',
  upload_busy: 'busy',
};

const AGAIN = new Set(['upload_offset_mismatch', 'checksum_mismatch', 'upload_finished']);

/** What a failed request means for the upload. */
export function failureOf(refusal: Refusal | undefined): Failure {
  if (!refusal) return { kind: 'wait', reason: 'line', afterMs: undefined };
  const { status, code, detail, requestId, retryAfterSeconds } = refusal;
  const afterMs = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1_000;
  if (code === 'upload_finishing') return { kind: 'finishing', afterMs };
  if (code === 'upload_not_found') return { kind: 'anew' };
  if (AGAIN.has(code)) return { kind: 'again' };
  const reason = WAITS[code] ?? waitOfStatus(status);
  if (reason) return { kind: 'wait', reason, afterMs };
  return { kind: 'refused', code, detail, requestId };
}

/** Answers that do not come from our server but from something before it. */
function waitOfStatus(status: number): WaitReason | undefined {
  if (status === 408) return 'line';
  if (status === 429) return 'busy';
  if (status === 502 || status === 503 || status === 504) return 'restarting';
  if (status === 507) return 'full';
  return status >= 500 ? 'server' : undefined;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** How long to wait after so many failures in a row: 1, 2, 4 … 30 s. */
export function backOff(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1));
}
