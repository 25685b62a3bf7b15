import { useSyncExternalStore } from 'react';

export const STEP_MS = 30_000;

let now = Date.now();

/** One timer for all times on the page. */
function subscribe(changed: () => void): () => void {
  now = Date.now();
  const timer = setInterval(() => {
    now = Date.now();
    changed();
  }, STEP_MS);
  return () => clearInterval(timer);
}

/** The present time, renewed twice a minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
