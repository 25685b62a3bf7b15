import { useSyncExternalStore } from 'react';

export const STEP_MS = 30_000;

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function step(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

/** One timer for all times on the page. */
function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  timer ??= setInterval(step, STEP_MS);
  return () => {
    listeners.delete(changed);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The clock has stood still while nobody looked at it. */
function present(): number {
  if (timer === undefined && Date.now() - now > 1_000) now = Date.now();
  return now;
}

/** The present time, renewed twice a minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, present);
}
