import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { portOf, startTestApp, type TestApp } from '../test-support/edge-app.js';
import { createLog } from './common/logging/logger.js';
import { ShutdownSignal } from './common/shutdown-signal.js';
import { shutDown } from './shut-down.js';

const TIMES = { graceMs: 600, stopMs: 200, closeMs: 2_000 };

let test: TestApp | undefined;
const log = () => createLog({ LOG_LEVEL: 'silent', DEBUG: false, TZ: 'UTC' });

/** A listening application with a request that takes as long as `work`. */
async function startSlow(work: () => Promise<unknown>): Promise<{ app: TestApp['app']; url: string }> {
  test = await startTestApp({}, (fastify) => {
    fastify.get('/slow', async () => {
      await work();
      return 'done';
    });
  });
  const { app } = test;
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, url: `http://127.0.0.1:${portOf(app)}` };
}

describe('Shutting down', () => {
  afterEach(() => test?.close());

  it('is not ready at once, sends new requests away, and lets those under way finish', async () => {
    const slowWork = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { app, url } = await startSlow(() => {
      begun.resolve();
      return slowWork.promise;
    });
    const slow = fetch(`${url}/slow`);
    await begun.promise;
    const ended = shutDown(app, log(), { ...TIMES, graceMs: 10_000 });
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'error', error: { process: { draining: true } } });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const refused = await fetch(`${url}/api/v1/`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({ code: 'shutting_down' });
    slowWork.resolve();
    expect(await (await slow).text()).toBe('done');
    expect(await ended).toBe(0);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });

  it('is no error: who is sent away is noted without a stack', async () => {
    const slowWork = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { app, url } = await startSlow(() => {
      begun.resolve();
      return slowWork.promise;
    });
    const slow = fetch(`${url}/slow`);
    await begun.promise;
    const ended = shutDown(app, log(), { ...TIMES, graceMs: 10_000 });
    expect((await fetch(`${url}/api/v1/`)).status).toBe(503);
    slowWork.resolve();
    await Promise.all([slow, ended]);
    const lines = test?.logged.filter(({ context }) => context === 'http');
    expect(lines).toEqual([
      {
        ...{ level: 'info', context: 'http', msg: 'request refused', code: 'shutting_down' },
        ...{ request_id: expect.any(String), time: expect.any(String) },
      },
    ]);
  });

  it('waits for registered work and tells it when the grace is over', async () => {
    const { app } = await startSlow(async () => undefined);
    const shutdown = app.get(ShutdownSignal);
    const seen: string[] = [];
    shutdown.signal.addEventListener('abort', () => seen.push('draining'));
    shutdown.register('slow work', async (deadline) => {
      await new Promise((resolve) => deadline.addEventListener('abort', resolve));
      seen.push('stopped');
    });
    const startedAt = performance.now();
    expect(await shutDown(app, log(), TIMES)).toBe(0);
    expect(seen).toEqual(['draining', 'stopped']);
    expect(performance.now() - startedAt).toBeGreaterThan(TIMES.graceMs - 20);
  });

  it('cuts what does not finish', async () => {
    const begun = Promise.withResolvers<void>();
    const { app, url } = await startSlow(() => {
      begun.resolve();
      return new Promise(() => undefined);
    });
    const slow = fetch(`${url}/slow`).then(
      () => 'answered',
      () => 'cut',
    );
    await begun.promise;
    await shutDown(app, log(), TIMES);
    expect(await slow).toBe('cut');
  });

  it('is not held up by a spare connection that a browser opens at the last moment', async () => {
    test = await startTestApp({}, (fastify) => {
      fastify.addHook('preClose', async () => {
        connect({ port: portOf(app), host: '127.0.0.1' }).on('error', () => undefined);
        await once(fastify.server, 'connection');
      });
    });
    const { app } = test;
    await app.listen({ host: '127.0.0.1', port: 0 });
    expect(await shutDown(app, log(), TIMES)).toBe(0);
  });
});
