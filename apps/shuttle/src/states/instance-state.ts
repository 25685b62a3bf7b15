import type { DrainState } from '@logs-collector/shuttle/delivery/drain-runner';

/** How a drain does at one instance, as it is stored and as it is shown. Times are RFC 3339, UTC. */
export interface InstanceState {
  readonly status: DrainState['status'];
  readonly last_error: string | null;
  readonly last_error_at: string | null;
  readonly retry_at: string | null;
  /** Since the start of the instance. */
  readonly sent: number;
  readonly dropped: number;
  readonly buffered_records: number;
  readonly buffered_bytes: number;
  readonly lines_per_second: number;
}

/** The same over all instances that are heard from. */
export interface SummedState extends InstanceState {
  readonly instances: number;
}

const BUFFER_ERROR = 'The disk buffer cannot be written; the log of the shuttle says why.';
/** What needs attention at one instance is what the whole is called. */
const BY_WEIGHT = ['paused', 'backing_off', 'connected', 'idle'] as const;

export function instanceStateOf(state: DrainState, linesPerSecond: number): InstanceState {
  return {
    status: state.status,
    last_error: state.bufferError === undefined ? (state.lastError ?? null) : BUFFER_ERROR,
    last_error_at: timeOf(state.lastErrorAtMs),
    retry_at: timeOf(state.retryAtMs),
    sent: state.sent,
    dropped: state.dropped + state.refused + state.damaged,
    buffered_records: state.buffered,
    buffered_bytes: state.bufferedBytes,
    lines_per_second: Math.round(linesPerSecond * 10) / 10,
  };
}

/** Counts added up; of errors the last, of further attempts the next. */
export function summedState(states: readonly InstanceState[], isPaused: boolean): SummedState {
  const sum = (of: (state: InstanceState) => number) => states.reduce((total, state) => total + of(state), 0);
  const failed = states.toSorted((a, b) => compare(b.last_error_at ?? '', a.last_error_at ?? ''))[0];
  const retries = states.flatMap(({ retry_at }) => retry_at ?? []).toSorted(compare);
  return {
    status: isPaused
      ? 'paused'
      : (BY_WEIGHT.find((status) => states.some((state) => state.status === status)) ?? 'idle'),
    last_error: failed?.last_error ?? null,
    last_error_at: failed?.last_error_at ?? null,
    retry_at: retries[0] ?? null,
    sent: sum(({ sent }) => sent),
    dropped: sum(({ dropped }) => dropped),
    buffered_records: sum(({ buffered_records }) => buffered_records),
    buffered_bytes: sum(({ buffered_bytes }) => buffered_bytes),
    lines_per_second: Math.round(sum(({ lines_per_second }) => lines_per_second) * 10) / 10,
    instances: states.length,
  };
}

/** Texts of one form order as their times do. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
