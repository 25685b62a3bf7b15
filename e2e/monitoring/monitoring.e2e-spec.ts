import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { hasCapability } from '../../scripts/capabilities.mjs';
import { patternedBytes } from '../support/bytes.js';
import { Prometheus, promtool } from '../support/prometheus.js';
import { metricsPort, Scrape } from '../support/scrape.js';
import { TestServer } from '../support/server.js';
import { TestShuttle } from '../support/shuttle.js';
import { Admin } from '../support/staff.js';

jest.setTimeout(120_000);

const MONITORING = join(import.meta.dirname, '../../docker/monitoring');
const isHere = hasCapability('prometheus');
const describePrometheus = isHere ? describe : describe.skip;

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const dashboard: { panels: Panel[] } = JSON.parse(readFileSync(join(MONITORING, 'dashboard.json'), 'utf8'));
const alerts: { groups: { rules: { alert: string; expr: string }[] }[] } = parse(
  readFileSync(join(MONITORING, 'alerts.yaml'), 'utf8'),
);
const questions = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr: expr.replaceAll('$job', '.*').replaceAll('$__rate_interval', '1m') })),
);
const rules = alerts.groups.flatMap((group) => group.rules);

const SECRET_KEY = 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5';
const SHUTTLE_SECRET = 'Zq8rW2mXn5vTk9Lp3Hc7Jd1Fs6Gb4Ya0';

/** Made by Prometheus itself. */
const FOREIGN = new Set(['up']);
const NAME = /\b(?:logs_collector|process|nodejs)_[a-z0-9_]+|\bup\b/g;

/** Nothing to show where nothing has gone wrong, and of a shuttle without brokers. */
const QUIET =
  /^(topk\(|sum by \((code|duty|fault)\).*_(refused|failures|problems|undecodable)_total|max\(logs_collector_shuttle_commit_lag|.*predict_linear)/;

describe('The capability prometheus', () => {
  const required = process.env.CI === 'true' ? it : it.skip;
  required('is there under CI, or the dashboard cannot be tested', () => expect(isHere).toBe(true));
});

describe('What docker/monitoring asks for', () => {
  let database: TestDatabase;
  let server: TestServer;
  let shuttle: TestShuttle;

  beforeAll(async () => {
    // Each with everything that it can have metrics of.
    shuttle = new TestShuttle('127.0.0.1:9', {
      ...{ METRICS: `token:${SHUTTLE_SECRET}`, RUN_ISTIO_ALS: 'true', ISTIO_ALS_PORT: '0' },
    });
    await shuttle.start();
    database = await createTestDatabase('postgres 18');
    server = await TestServer.start({ DB_URL: database.url, SECRET_KEY, WEB_CONCURRENCY: '2', METRICS: 'port:0' });
    const admin = await Admin.enrolled(server);
    await admin.createPlatform();
    const { token } = await admin.createTicket('SUP-1');
    const stored = await fetch(`${server.url}/api/v1/archives/log`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: patternedBytes(1_000),
    });
    if (stored.status !== 201) throw new Error(`upload: ${stored.status}`);
  });
  afterAll(async () => {
    await shuttle?.dispose();
    await server?.dispose();
    await database?.drop();
  });

  it('every metric that the dashboard and the alerts name is one that a server or a shuttle has', async () => {
    const names = new Set([
      ...(await Scrape.of(server)).names,
      ...(await Scrape.from(shuttle.url, SHUTTLE_SECRET)).names,
    ]);
    const asked = [...questions, ...rules].flatMap(({ expr }) => expr.match(NAME) ?? []);
    expect(new Set(asked).size).toBeGreaterThan(25);
    expect([...new Set(asked)].filter((name) => !names.has(name) && !FOREIGN.has(name))).toEqual([]);
  });

  it('every metric of ours is on the dashboard or in an alert', async () => {
    const scrapes = [await Scrape.of(server), await Scrape.from(shuttle.url, SHUTTLE_SECRET)];
    const own = [
      ...scrapes
        .map(({ text }) => text)
        .join('\n')
        .matchAll(/^# TYPE (logs_collector_\S+) /gm),
    ].map(([, name = '']) => name);
    const asked = [...questions, ...rules].map(({ expr }) => expr).join('\n');
    expect(own.filter((name) => !asked.includes(name))).toEqual([]);
  });

  describePrometheus('by a real Prometheus', () => {
    let prometheus: Prometheus;

    beforeAll(async () => {
      prometheus = await Prometheus.start(metricsPort(server), { port: shuttle.port, secret: SHUTTLE_SECRET });
      await prometheus.hasSeen(3);
    });
    afterAll(() => prometheus?.stop());

    it('the metrics are in the form that it wants', async () => {
      expect(await prometheus.query('up{job="logs-collector"}')).toEqual([
        expect.objectContaining({ value: [expect.any(Number), '1'] }),
      ]);
    });

    it.each(questions)('$title: $expr', async ({ expr }) => {
      const result = await prometheus.query(expr);
      if (!QUIET.test(expr)) expect(result.length).toBeGreaterThan(0);
    });

    it('every alert can be evaluated, and none is raised by a healthy server', async () => {
      const found = await prometheus.rules();
      expect(found.filter(({ health }) => health === 'ok').map(({ name }) => name)).toEqual(
        rules.map(({ alert }) => alert),
      );
      // The disk of the machine that runs the tests may be nearly full.
      const raised = found.filter(({ state, name }) => state !== 'inactive' && name !== 'LogsCollectorStorageFillsUp');
      // The shuttle of this suite has no broker.
      expect(raised.map(({ name }) => name)).toEqual(['LogShuttleWithoutKafka']);
    });

    it('promtool finds nothing wrong with the files', () => {
      expect(promtool('check', 'rules', 'alerts.yaml')).toContain(`SUCCESS: ${rules.length} rules found`);
      expect(promtool('check', 'config', '--syntax-only', 'prometheus.yaml')).toContain('SUCCESS');
    });

    it('alerts are raised when they should be, and not before', () => {
      expect(promtool('test', 'rules', join(import.meta.dirname, 'alerts.test.yaml'))).toContain('SUCCESS');
    });
  });
});
