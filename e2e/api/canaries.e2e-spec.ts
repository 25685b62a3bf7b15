import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { changeRows } from '../../apps/api/test-support/database-rows.js';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { patternedBytes } from '../support/bytes.js';
import { Canaries } from '../support/canaries.js';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { Person } from '../support/people.js';
import { ADMIN, TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';

jest.setTimeout(120_000);

const secretText = (): string => randomBytes(24).toString('base64url');

/**
 * A whole story with a secret wherever one can be presented, at the right place and at wrong ones, with the most
 * talkative log. Afterwards none of them is to be found in what the server has told anybody.
 */
describe('Canaries: secrets that were presented to the server', () => {
  const canaries = new Canaries();
  const refusals: string[] = [];
  let database: TestDatabase;
  let server: TestServer;
  let admin: Admin;
  let receiver: OtlpReceiver;
  let metrics = '';
  let audit = '';

  const metricsSecret = canaries.keep('the secret of METRICS', secretText());
  const adminPassword = canaries.keep('ADMIN_PASSWORD', `${secretText()} by the lighthouse`);
  const databasePassword = canaries.keep('the password in DB_URL', secretText());

  /** Asks, and keeps what is answered to the wrong. */
  async function ask(method: string, path: string, headers: Readonly<Record<string, string>>, body?: string) {
    const answer = await fetch(`${server.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await answer.text();
    if (answer.status >= 400) refusals.push(`${JSON.stringify([...answer.headers])}\n${text}`);
    return { status: answer.status, headers: answer.headers, text };
  }
  const json = { 'Content-Type': 'application/json' };
  const log = (body: unknown) => ask('POST', '/api/v1/auth/token', json, JSON.stringify(body));

  beforeAll(async () => {
    database = await createTestDatabase('postgres 18');
    receiver = await OtlpReceiver.start();
    const role = `canary_${randomBytes(6).toString('hex')}`;
    await changeRows(database.target, `CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD '${databasePassword}'`);
    const url = new URL(database.url);
    Object.assign(url, { username: role, password: databasePassword });
    server = await TestServer.start({
      DB_URL: url.href,
      SECRET_KEY: canaries.keep('SECRET_KEY', secretText() + secretText()),
      AWS_ACCESS_KEY_ID: canaries.keep('AWS_ACCESS_KEY_ID', secretText()),
      AWS_SECRET_ACCESS_KEY: canaries.keep('AWS_SECRET_ACCESS_KEY', secretText()),
      AWS_SESSION_TOKEN: canaries.keep('AWS_SESSION_TOKEN', secretText()),
      METRICS: `token:${metricsSecret}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=${canaries.keep('OTEL_EXPORTER_OTLP_HEADERS', secretText())}`,
      ADMIN_PASSWORD: adminPassword,
      LOG_LEVEL: 'trace',
      DEBUG: 'true',
    });
    await tellStory();
    metrics = (await ask('GET', '/metrics', { Authorization: `Bearer ${metricsSecret}` })).text;
    const asAdmin = { Authorization: `Bearer ${admin.access}` };
    for (const type of ['application/json', 'text/csv']) {
      audit += (await ask('GET', '/api/v1/audit?limit=1000', { ...asAdmin, Accept: type })).text;
    }
    await loseDatabase();
    // The last traces leave with the end.
    await server.stop();
  });
  afterAll(async () => {
    await server.dispose();
    receiver.stop();
  });

  async function tellStory(): Promise<void> {
    admin = await Admin.enrolled(server, { username: ADMIN.username, password: adminPassword });
    canaries.keep('an access token', admin.access);
    canaries.keep('the secret of an authenticator', admin.totpSecret);
    await admin.createPlatform();
    const person = await Person.invited(admin, 'anna', 'staff');
    canaries.keep('the password of an invited user', person.password);
    const recovery = canaries.keep('a recovery code', person.spareCode());
    const session = JSON.parse(
      (await log({ username: 'anna', password: person.password, otp: recovery })).text,
    ) as Record<'access' | 'refresh', string>;
    const refresh = canaries.keep('a refresh token', session.refresh);
    await ask('POST', '/api/v1/auth/token/refresh', json, JSON.stringify({ refresh }));
    await ask('POST', '/api/v1/auth/token/refresh', json, JSON.stringify({ refresh }));
    const key = canaries.keep(
      'an API key',
      (await admin.expect<{ key: string }>(201, 'POST', '/api/v1/auth/api-keys', { label: 'canary', scopes: ['read'] }))
        .key,
    );
    await ask('GET', '/api/v1/tickets', { Authorization: `Bearer ${key}` });
    const invited = await admin.expect<{ invitation: { url: string } }>(201, 'POST', '/api/v1/users', {
      username: 'oleg',
      role: 'viewer',
    });
    const code = canaries.keep('the code of an invitation', invited.invitation.url.split('#')[1]);
    await ask('POST', '/api/v1/auth/invitation', json, JSON.stringify({ code }));
    await ask('POST', '/api/v1/auth/invitation', json, JSON.stringify({ code: `${code}x` }));
    const cookies = await ask(
      'POST',
      '/api/v1/auth/token?cookie=1',
      { ...json, 'Sec-Fetch-Site': 'same-origin' },
      JSON.stringify({ username: 'anna', password: person.password, otp: person.spareCode() }),
    );
    const cookie = canaries.keep(
      'the cookie of a session',
      /lc_rt=([^;]+)/.exec(cookies.headers.get('set-cookie') ?? '')?.[1],
    );
    await ask('POST', '/api/v1/auth/token/refresh?cookie=1', {
      Cookie: `lc_rt=${cookie}`,
      'Sec-Fetch-Site': 'cross-site',
    });
    await tellUploads();
    await tellMistakes();
  }

  async function tellUploads(): Promise<void> {
    const token = canaries.keep('an upload token', (await admin.createTicket('SUP-1')).token);
    const clientKey = canaries.keep('Upload-Key', secretText());
    const tus = { 'Tus-Resumable': '1.0.0', 'Upload-Token': token, 'Upload-Key': clientKey };
    const begun = await ask('POST', '/api/v1/uploads', { ...tus, 'Upload-Length': '10' });
    await ask('PATCH', begun.headers.get('location') ?? '', {
      ...{ ...tus, 'Upload-Offset': '5' },
      'Content-Type': 'application/offset+octet-stream',
    });
    const idempotency = canaries.keep('Idempotency-Key', secretText());
    for (const bytes of [8, 9]) {
      const headers = { 'Upload-Token': token, 'Idempotency-Key': idempotency };
      await ask('PUT', '/api/v1/archives/log', headers, Buffer.from(patternedBytes(bytes)).toString('latin1'));
    }
    await ask('GET', `/api/v1/check/token/${token}`, {});
    await ask('GET', `/api/v1/check/token?token=${token}`, {});
    await ask('GET', `/api/v1/nowhere/${token}`, { Referer: `http://127.0.0.1/u?token=${token}#${token}` });
  }

  /** The right secret at the wrong place, and wrong ones at the right place. */
  async function tellMistakes(): Promise<void> {
    const wrong = (name: string) => canaries.keep(name, secretText());
    await log({ username: ADMIN.username, password: wrong('a wrong password') });
    await log({ username: wrong('a password in the field of the name'), password: 'something or other' });
    await log({ username: ADMIN.username, password: { nested: wrong('a password of a wrong type') } });
    await ask('POST', '/api/v1/auth/token', json, `{"password": "${wrong('a password in damaged JSON')}"`);
    await ask('POST', '/api/v1/auth/token', { 'Content-Type': 'text/plain' }, wrong('a password as plain text'));
    await ask('GET', '/api/v1/auth/me', { Authorization: `Bearer ${wrong('a wrong bearer token')}` });
    const pair = `user:${wrong('a password of Basic authentication')}`;
    await ask('GET', '/api/v1/auth/me', { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
    await ask('GET', '/api/v1/auth/me', {
      Cookie: `lc_at=${wrong('a wrong cookie')}; sid=${wrong('a strange cookie')}`,
    });
    await ask('PUT', '/api/v1/archives/log', { 'Upload-Token': wrong('a wrong upload token') }, 'x');
    await ask('GET', '/metrics', { Authorization: `Bearer ${wrong('a wrong secret of METRICS')}` });
    await ask('POST', '/api/v1/setup', json, JSON.stringify({ code: wrong('a wrong set-up code') }));
    await ask('GET', `/hooks/${wrong('a secret in a path')}?signature=${wrong('a signature in a query')}`, {
      'X-Webhook-Secret': wrong('the secret of a webhook'),
      'Proxy-Authorization': `Basic ${wrong('a password of a proxy')}`,
    });
    const asAdmin = { ...json, Authorization: `Bearer ${admin.access}` };
    const change = { password: wrong('a wrong present password'), new_password: wrong('a new password') };
    await ask('POST', '/api/v1/auth/password', asAdmin, JSON.stringify(change));
  }

  /** Errors of the database carry statements and parameters. */
  async function loseDatabase(): Promise<void> {
    await database.drop();
    const later = canaries.keep('a password while the database is away', secretText());
    const answer = await log({ username: ADMIN.username, password: later });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    const token = canaries.keep('an upload token while the database is away', secretText());
    await ask('PUT', '/api/v1/archives/log', { 'Upload-Token': token }, 'x');
    await ask('GET', '/api/v1/tickets', { Authorization: `Bearer ${admin.access}` });
  }

  it('are many, and each place where they could be has something in it', () => {
    expect(canaries.count).toBeGreaterThanOrEqual(30);
    expect(refusals.length).toBeGreaterThan(20);
    expect(server.output).toContain('"msg":"request failed"');
    expect(server.output).toContain('"level":"debug"');
    expect(metrics).toContain('logs_collector_auth_failures_total{code="invalid_credentials"} 2');
    expect(audit).toContain('login.failed');
    expect(audit).toContain('upload.started');
    expect(receiver.spans.map(({ name }) => name)).toContain('POST /api/v1/auth/token');
  });

  it.each([
    ['the log at LOG_LEVEL=trace with DEBUG=true', () => server.output],
    ['the metrics', () => metrics],
    ['the traces', () => receiver.bodies.join('\n')],
    ['the audit trail', () => audit],
    ['answers to what was refused', () => refusals.join('\n')],
  ])('none of them is in %s', (place, text) => {
    expect(canaries.sightings(place, text())).toEqual([]);
  });

  it('none of them is in what a server says that cannot start with its settings', async () => {
    const broken = new TestServer({
      METRICS: `token:${metricsSecret} `.repeat(2),
      DB_URL: `mysql://logs:${databasePassword}@127.0.0.1/logs`,
      SECRET_KEY: metricsSecret.slice(0, 20),
    });
    canaries.keep('a SECRET_KEY that is too short', metricsSecret.slice(0, 20));
    await expect(broken.start()).rejects.toThrow('The settings cannot be used');
    for (const name of ['METRICS', 'DB_URL', 'SECRET_KEY']) expect(broken.output).toContain(`- ${name} must`);
    expect(canaries.sightings('the start', broken.output)).toEqual([]);
    await broken.dispose();
  });
});
