import { useEffect, useState } from 'react';
import { ApiProblem } from './api-problem.js';

/** Seconds until the server that refused with Retry-After may be asked again; 0 where it asked for no patience. */
export function useCountdown(error: unknown): number {
  const seconds = error instanceof ApiProblem && error.status === 429 ? (error.retryAfterSeconds ?? 0) : 0;
  const [shown, setShown] = useState<{ readonly error: unknown; readonly left: number }>();
  useEffect(() => {
    if (seconds === 0) return undefined;
    const end = Date.now() + seconds * 1_000;
    const timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1_000));
      setShown({ error, left });
      if (left === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [error, seconds]);
  return shown && shown.error === error ? shown.left : seconds;
}
