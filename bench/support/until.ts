import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 300_000;

/** Asks until it is so; rejects where it does not come to that. */
export async function until<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean): Promise<T> {
  for (const deadline = performance.now() + LIMIT_MS; ; await delay(200)) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`It did not come to that: ${JSON.stringify(answer)}`);
  }
}
