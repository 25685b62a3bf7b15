import { afterEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../test-support/edge-app.js';
import { type HealthCheck, HealthIndicators } from './health-indicators.js';

let test: TestApp | undefined;

async function ready(check?: HealthCheck) {
  test = await startTestApp();
  if (check) test.app.get(HealthIndicators).register('storage', check);
  const answer = await test.app.inject({ url: '/health/ready' });
  return { status: answer.statusCode, headers: answer.headers, report: answer.json() };
}

describe('Health', () => {
  afterEach(() => test?.close());

  it('is live, and says so as the original did', async () => {
    test = await startTestApp();
    for (const url of ['/health/live', '/api/v1/check/health/']) {
      const answer = await test.app.inject({ url });
      expect([answer.statusCode, answer.json(), answer.headers['cache-control']]).toEqual([
        200,
        { status: 'ok' },
        'no-store',
      ]);
    }
  });

  it('is ready with a database, all migrations and no end in sight', async () => {
    const { status, headers, report } = await ready();
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(report).toMatchObject({
      status: 'ok',
      details: { database: { status: 'up', kind: 'sqlite' }, migrations: { status: 'up' }, process: { status: 'up' } },
    });
  });

  it('stays ready when something is degraded', async () => {
    const { status, report } = await ready(() => ({ status: 'degraded', details: { free_bytes: 12 } }));
    expect(status).toBe(200);
    expect(report).toMatchObject({ status: 'degraded', details: { storage: { status: 'degraded', free_bytes: 12 } } });
  });

  it('is not ready when something is down, and keeps the reason to itself', async () => {
    const { status, headers, report } = await ready(() => {
      throw new Error('EACCES: /srv/secret-path');
    });
    expect([status, headers['retry-after'], headers['cache-control']]).toEqual([503, '5', 'no-store']);
    expect(report).toMatchObject({ status: 'error', error: { storage: { status: 'down' } } });
    expect(JSON.stringify(report)).not.toContain('secret-path');
    expect(JSON.stringify(test?.logged)).toContain('secret-path');
  });
});
