import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RequestsUnderWay } from './common/http/draining.js';
import type { AppLog } from './common/logging/logger.js';
import { ShutdownSignal } from './common/shutdown-signal.js';

export interface ShutDownTimes {
  /** For requests and registered work to finish by themselves. */
  readonly graceMs: number;
  /** After the deadline, for what was told to stop to reach a state from which it can be continued. */
  readonly stopMs: number;
  /** For connections, timers and databases to close. */
  readonly closeMs: number;
}

/** Together well under the 25 s after which nobody may still be waiting. */
const SHUT_DOWN_TIMES: ShutDownTimes = { graceMs: 18_000, stopMs: 3_000, closeMs: 3_000 };

/**
 * Ends the application: not ready and nothing new at once, a grace period for what is under way, then everything closes.
 * Resolves with the exit code: 0, or 1 where something had to be left behind.
 */
export async function shutDown(
  app: NestFastifyApplication,
  log: AppLog,
  times: ShutDownTimes = SHUT_DOWN_TIMES,
): Promise<number> {
  const shutdown = app.get(ShutdownSignal);
  const finished = Promise.all([shutdown.begin(), app.get(RequestsUnderWay).whenIdle()]);
  let isClean = await within(times.graceMs, finished);
  shutdown.end();
  isClean ||= await within(times.stopMs, finished);
  if (!isClean) log.warn('some requests or background work did not finish in time');
  for (const name of isClean ? (await finished)[0] : []) log.error({ msg: 'background work failed at the end', name });
  app.getHttpServer().closeAllConnections();
  const isClosed = await within(times.closeMs, app.close());
  if (!isClosed) log.error('the application did not close in time');
  return isClosed ? 0 : 1;
}

/** Whether `work` ended within that time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  try {
    const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer.abort();
  }
}
