import { afterEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../test-support/edge-app.js';
import { Metrics } from '../common/metrics/metrics.js';

const SECRET = 'Zq8rW2mXn5vTk9Lp3Hc7Jd1Fs6Gb4Ya0';
const BEARER = { authorization: `Bearer ${SECRET}` };

let test: TestApp;
const start = async (metrics?: string) => {
  test = await startTestApp(metrics === undefined ? {} : { METRICS: metrics });
  return test.app;
};
const scrape = async () => (await test.app.inject({ url: '/metrics', headers: BEARER })).body;

describe('Metrics', () => {
  afterEach(() => test.close());

  it.each([undefined, 'off', 'port:0'])('are not on the port of the API with METRICS=%s', async (metrics) => {
    const app = await start(metrics);
    for (const headers of [{}, BEARER]) {
      const answer = await app.inject({ url: '/metrics', headers });
      expect([answer.statusCode, answer.headers['content-type'], answer.json().code]).toEqual([
        404,
        'application/problem+json; charset=utf-8',
        'not_found',
      ]);
    }
  });

  it.each([
    ['nothing', {}],
    ['another secret', { authorization: `Bearer ${SECRET.slice(0, -1)}1` }],
    ['a part of the secret', { authorization: `Bearer ${SECRET.slice(0, -1)}` }],
    ['another scheme', { authorization: `Basic ${SECRET}` }],
    ['the secret in the query', { 'x-nothing': '' }],
  ])('are told to nobody who presents %s', async (what, headers) => {
    const app = await start(`token:${SECRET}`);
    const url = what.includes('query') ? `/metrics?access_token=${SECRET}` : '/metrics';
    const answer = await app.inject({ url, headers });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'unauthenticated']);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(answer.body).not.toContain('logs_collector_');
  });

  it('are told to who has the secret, in the form that Prometheus reads, and not kept on the way', async () => {
    const app = await start(`token:${SECRET}`);
    const answer = await app.inject({ url: '/metrics', headers: BEARER });
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      'no-store',
    ]);
    expect(answer.body).toContain('\nlogs_collector_uploads_started_total{door="tus"} 0\n');
    expect(answer.body).toContain('\nprocess_resident_memory_bytes ');
    expect(answer.body).toContain('\nnodejs_eventloop_lag_seconds ');
  });

  it('name requests by the pattern of their route, whatever was asked for', async () => {
    const app = await start(`token:${SECRET}`);
    await app.inject({ url: '/api/v1/tickets/SECRET-QUAGGA' });
    await app.inject({ url: '/no/such/quagga?token=quagga' });
    await test.requestLines(2);
    const text = await scrape();
    expect(text).toContain(
      'logs_collector_http_request_duration_seconds_count{method="GET",route="/api/v1/tickets/:number",status="4xx"} 1',
    );
    expect(text).toContain('logs_collector_problems_total{code="unauthenticated"} 1');
    // A word that no time and no count can spell.
    expect(text.toLowerCase()).not.toContain('quagga');
  });

  it('are shown without the one that cannot be read at the moment, and without values that are no number', async () => {
    await start(`token:${SECRET}`);
    const metrics = test.app.get(Metrics);
    metrics.gauge({ name: 'logs_collector_test_broken', help: 'x' }, () => Promise.reject(new Error('away')));
    metrics.gauge({ name: 'logs_collector_test_endless', help: 'x' }, () => [{ value: Number.POSITIVE_INFINITY }]);
    metrics.gauge({ name: 'logs_collector_test_whole', help: 'x' }, () => [{ value: 7 }]);
    const text = await scrape();
    expect(text).toContain('\nlogs_collector_test_whole 7\n');
    expect(text).not.toMatch(/^logs_collector_test_(broken|endless) /m);
    expect(JSON.stringify(test.logged)).toContain('a metric could not be read');
  });
});
