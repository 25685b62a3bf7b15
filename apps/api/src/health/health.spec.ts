import { afterEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../test-support/edge-app.js';
import { Database } from '../database/database.js';
import { type HealthCheck, HealthIndicators } from './health-indicators.js';

let test: TestApp | undefined;

async function ready(check?: HealthCheck) {
  test = await startTestApp();
  if (check) test.app.get(HealthIndicators).register('other', check);
  const answer = await test.app.inject({ url: '/health/ready' });
  return { status: answer.statusCode, headers: answer.headers, report: answer.json() };
}

/** Whether it is ready when somebody else has changed the database meanwhile. */
async function readyAfter(statement: string) {
  test = await startTestApp();
  const database = test.app.get(Database);
  await database.transaction(() => database.manager.query(statement));
  const answer = await test.app.inject({ url: '/health/ready' });
  return { status: answer.statusCode, report: answer.json() };
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

  it('stays ready when a newer version has brought the schema further, as replicas are upgraded one after the other', async () => {
    const statement = `INSERT INTO "migration" ("timestamp", "name") VALUES (9999999999999, 'FromTheFuture9999999999999')`;
    const { status, report } = await readyAfter(statement);
    expect([status, report.details.migrations]).toEqual([200, { status: 'up' }]);
  });

  it('is not ready without one of its own migrations, however many others there are', async () => {
    const statement = `UPDATE "migration" SET "name" = 'FromTheFuture9999999999999' WHERE "name" LIKE 'CreateMeta%'`;
    const { status, report } = await readyAfter(statement);
    expect([status, report.details.migrations]).toEqual([503, { status: 'down', missing: 1 }]);
  });

  it('stays ready when something is degraded', async () => {
    const { status, report } = await ready(() => ({ status: 'degraded', details: { free_bytes: 12 } }));
    expect(status).toBe(200);
    expect(report).toMatchObject({ status: 'degraded', details: { other: { status: 'degraded', free_bytes: 12 } } });
  });

  it('is not ready when something is down, and keeps the reason to itself', async () => {
    const { status, headers, report } = await ready(() => {
      throw new Error('EACCES: /srv/secret-path');
    });
    expect([status, headers['retry-after'], headers['cache-control']]).toEqual([503, '5', 'no-store']);
    expect(report).toMatchObject({ status: 'error', error: { other: { status: 'down' } } });
    expect(JSON.stringify(report)).not.toContain('secret-path');
    expect(JSON.stringify(test?.logged)).toContain('secret-path');
  });
});
