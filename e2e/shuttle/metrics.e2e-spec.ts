import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AUTH_KEY, TestShuttle } from '../support/shuttle.js';

jest.setTimeout(120_000);

const SECRET = 'Zq8rW2mXn5vTk9Lp3Hc7Jd1Fs6Gb4Ya0';

describe('The metrics of the shuttle on its own port', () => {
  let shuttle: TestShuttle;

  beforeAll(async () => {
    shuttle = new TestShuttle('127.0.0.1:9', { METRICS: `token:${SECRET}` });
    await shuttle.start();
  });
  afterAll(() => shuttle?.dispose());

  it('are told to who has their secret, and not to who has the key', async () => {
    const ask = (headers: Record<string, string>) => fetch(`${shuttle.url}/metrics`, { headers });
    for (const Authorization of ['', AUTH_KEY, `Bearer ${AUTH_KEY}`, SECRET, `Bearer ${SECRET}x`]) {
      const refused = await ask({ Authorization });
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="logshuttle"']);
    }
    const answer = await ask({ Authorization: `Bearer ${SECRET}` });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const text = await answer.text();
    expect(text).toContain('logs_collector_shuttle_drains{status="connected"} 0');
    // The brokers are away: what they know is left out, and the rest is told.
    expect(text).not.toMatch(/^logs_collector_shuttle_commit_lag_records /m);
  });

  it('are not there unless METRICS says so', async () => {
    await shuttle.restart({ METRICS: 'off' });
    const answer = await fetch(`${shuttle.url}/metrics`, { headers: { Authorization: AUTH_KEY } });
    expect(answer.status).toBe(404);
  });
});
