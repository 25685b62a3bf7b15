import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const PAUSE_MS = 50;

/** Asks until it is so (without `isDone`: until the answer is true); throws the last answer where it does not come to that. */
export async function until<T>(
  ask: () => T | Promise<T>,
  isDone: (answer: T) => boolean = Boolean,
  { limitMs = LIMIT_MS, pauseMs = PAUSE_MS }: { readonly limitMs?: number; readonly pauseMs?: number } = {},
): Promise<T> {
  for (const deadline = performance.now() + limitMs; ; await delay(pauseMs)) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`It did not come to that: ${JSON.stringify(answer)}`);
  }
}
