import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Authority } from '../../libs/shuttle/test-support/certificates.js';
import { StreamReceiver } from '../../libs/shuttle/test-support/stream-receiver.js';
import { Canaries } from '../support/canaries.js';
import { LineReceiver } from '../support/line-receiver.js';
import { TestServer } from '../support/server.js';
import { AUTH_KEY, type ManagedDrain, TestShuttle } from '../support/shuttle.js';
import { Admin, type Reply } from '../support/staff.js';

jest.setTimeout(120_000);

const PATH = '/api/v1/drains';
const UNKNOWN = `${PATH}/4a2f7f43-3b8c-4c39-9d5c-7a1f2f2b1c55`;

interface AuditEntry {
  readonly action: string;
  readonly target_name: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The shipped server and the shipped shuttle. Nothing here needs a broker. */
describe('Drains through the API', () => {
  const canaries = new Canaries();
  const answers: string[] = [];
  let shuttle: TestShuttle;
  let server: TestServer;
  let admin: Admin;
  let receiver: LineReceiver;

  beforeAll(async () => {
    receiver = await LineReceiver.listen();
    shuttle = new TestShuttle('127.0.0.1:9');
    await shuttle.start();
    server = await TestServer.start({ SHUTTLE_URL: `${shuttle.url}/`, SHUTTLE_AUTH_KEY: AUTH_KEY, LOG_LEVEL: 'trace' });
    admin = await Admin.enrolled(server);
  });

  afterAll(async () => {
    await server?.dispose();
    await shuttle?.dispose();
    await receiver?.close();
  });

  async function ask<T = ManagedDrain>(method: string, path: string, body?: unknown): Promise<Reply<T>> {
    const reply = await admin.request<T>(method, path, body);
    answers.push(`${JSON.stringify([...reply.headers])}${JSON.stringify(reply.body)}`);
    return reply;
  }

  async function add(body: Readonly<Record<string, unknown>>): Promise<string> {
    const reply = await ask('POST', PATH, body);
    if (reply.status !== 201) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body.id;
  }

  const test = async (id: string) => (await ask('POST', `${PATH}/${id}/test`)).body;

  it('are added, listed page by page, read, paused and deleted; each change is in the trail', async () => {
    const url = `https://user:${canaries.keep('a password in a URL', 'quiet-heron-4711')}@logs.example.com/in/path-secret`;
    const created = await ask('POST', PATH, { app: 'shop', space: 'production', url });
    expect(created).toMatchObject({
      status: 201,
      body: { app: 'shop', space: 'production', site: null, url: 'https://***@logs.example.com/in/path-secret' },
    });
    const { id } = created.body;
    const site = await add({ site: 'www.example.com', url: 'syslog+udp://logs.example.com' });
    const page = await ask<ManagedDrain[]>('GET', `${PATH}?limit=1`);
    expect([page.headers.get('x-total-count'), page.body.map((drain) => drain.id)]).toEqual(['2', [site]]);
    const [, next = ''] = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '') ?? [];
    const last = await ask<ManagedDrain[]>('GET', next);
    expect([last.headers.get('link'), last.body.map((drain) => drain.id)]).toEqual([null, [id]]);
    expect((await ask('GET', `${PATH}/${id}`)).body).toMatchObject({ id, paused: false, state: { status: 'idle' } });
    expect((await ask('PATCH', `${PATH}/${id}`, { paused: true })).body).toMatchObject({ paused: true });
    expect((await ask('DELETE', `${PATH}/${id}`)).status).toBe(204);
    expect((await ask('GET', `${PATH}/${id}`)).status).toBe(404);
    const { body: trail } = await ask<AuditEntry[]>('GET', '/api/v1/audit?limit=1000');
    const own = trail.filter(
      ({ action, target_name }) => action.startsWith('drain.') && target_name === 'shop-production',
    );
    expect(own.map(({ action, details }) => [action, details])).toEqual([
      ['drain.deleted', { receiver: 'https://logs.example.com' }],
      ['drain.changed', { paused: true }],
      ['drain.created', { receiver: 'https://logs.example.com' }],
    ]);
    expect(JSON.stringify(trail)).not.toContain('path-secret');
  });

  it.each([
    ['neither app nor site', { url: 'https://logs.example.com' }, 422, 'validation_failed', '/app'],
    ['an app without a space', { app: 'a', url: 'https://logs.example.com' }, 422, 'validation_failed', '/space'],
    ['both', { app: 'a', space: 'b', site: 'c', url: 'https://logs.example.com' }, 422, 'validation_failed', '/site'],
    ['a name with a space in it', { site: 'a b', url: 'https://logs.example.com' }, 422, 'validation_failed', '/site'],
    ['an inner address', { site: 'a', url: 'http://169.254.169.254/' }, 422, 'drain_url_invalid', '/url'],
    ['another scheme', { site: 'a', url: 'ftp://logs.example.com' }, 422, 'drain_url_invalid', '/url'],
    [
      'no certificate',
      { site: 'a', url: 'https://x.example.com', tls: { ca_pem: 'x' } },
      422,
      'drain_tls_invalid',
      '/tls',
    ],
    [
      'a field nobody knows',
      { site: 'a', url: 'https://x.example.com', tls: { x: 1 } },
      422,
      'validation_failed',
      '/tls/x',
    ],
  ])('with %s are refused, and the field is named', async (_what, body, status, code, pointer) => {
    const reply = await ask<{ code: string; errors: { pointer: string }[] }>('POST', PATH, body);
    expect([reply.status, reply.body.code, reply.body.errors[0]?.pointer]).toEqual([status, code, pointer]);
  });

  it('that exist already, or do not exist, are said to', async () => {
    const drain = { app: 'twice', space: 'x', url: 'https://logs.example.com/' };
    await add(drain);
    expect(await ask('POST', PATH, drain)).toMatchObject({ status: 409, body: { code: 'drain_exists' } });
    for (const [method, path] of [
      ['GET', UNKNOWN],
      ['DELETE', UNKNOWN],
      ['POST', `${UNKNOWN}/test`],
      ['GET', `${PATH}/..%2Foctthc`],
    ] as const) {
      expect(await ask(method, path)).toMatchObject({ status: 404, body: { code: 'drain_not_found' } });
    }
    expect(await ask('PATCH', UNKNOWN, { paused: true })).toMatchObject({
      status: 404,
      body: { code: 'drain_not_found' },
    });
  });

  it('are tested: a line arrives, or it is said in words what stands in its way', async () => {
    const good = await add({ app: 'tested', space: 'x', url: receiver.url });
    expect(await test(good)).toMatchObject({ delivered: true, error: null, duration_ms: expect.any(Number) });
    await receiver.until((texts) => texts.some((text) => text.startsWith('Test from Logs Collector')));
    const gone = await LineReceiver.listen();
    const { url } = gone;
    await gone.close();
    const refused = await add({ app: 'tested', space: 'x', url });
    expect(await test(refused)).toMatchObject({ delivered: false, error: 'The receiver refused the connection.' });
    const unknown = await add({ app: 'tested', space: 'x', url: 'https://nowhere.invalid/' });
    expect(await test(unknown)).toMatchObject({ delivered: false, error: expect.stringContaining('host name') });
  });

  const describeTls = Authority.isPossible ? describe : describe.skip;
  describeTls('over TLS', () => {
    let authority: Authority;
    let tls: StreamReceiver;

    beforeAll(async () => {
      authority = new Authority('Test authority');
      tls = await StreamReceiver.start({ tls: authority.sign({ name: 'receiver' }) });
    });
    afterAll(async () => {
      await tls?.stop();
      authority?.dispose();
    });

    it('use certificates that are checked when they are given and never shown again', async () => {
      const id = await add({ app: 'tls', space: 'x', url: `syslog+tls://127.0.0.1:${tls.port}` });
      const error = "The receiver's certificate comes from an unknown authority.";
      expect(await test(id)).toMatchObject({ delivered: false, error });
      const { cert: certificate_pem, key: private_key_pem } = authority.sign({ name: 'client' });
      canaries.keep('a private key', private_key_pem.split('\n')[1]);
      const strange = authority.sign({ name: 'strange' }).key;
      const expired = authority.sign({ name: 'old', days: -1 });
      for (const [given, reason] of [
        [{ certificate_pem, private_key_pem: strange }, 'does not belong'],
        [{ certificate_pem: expired.cert, private_key_pem: expired.key }, 'expired on'],
      ] as const) {
        const refused = await ask<{ code: string; detail: string }>('PATCH', `${PATH}/${id}`, { tls: given });
        expect(refused).toMatchObject({ status: 422, body: { code: 'drain_tls_invalid' } });
        expect(refused.body.detail).toContain(reason);
      }
      const set = { ca_pem: authority.own.cert, certificate_pem, private_key_pem };
      const changed = await ask('PATCH', `${PATH}/${id}`, { tls: set });
      expect(changed).toMatchObject({ status: 200, body: { tls: { ca: true, client_certificate: true } } });
      expect(await test(id)).toMatchObject({ delivered: true });
      const cleared = await ask('PATCH', `${PATH}/${id}`, { tls: null });
      expect(cleared).toMatchObject({ status: 200, body: { tls: { ca: false, client_certificate: false } } });
      expect(await test(id)).toMatchObject({ delivered: false, error });
    });
  });

  it('cannot be reached while the shuttle is down: that is said, and this server stays ready', async () => {
    expect((await ask('GET', `${PATH}/status`)).body).toEqual({ state: 'ready', detail: null });
    await shuttle.stop();
    const refused = await ask('GET', PATH);
    expect(refused).toMatchObject({ status: 503, body: { code: 'shuttle_unreachable' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await ask('GET', `${PATH}/tail?site=www.example.com`)).status).toBe(503);
    expect((await ask('GET', `${PATH}/status`)).body).toMatchObject({ state: 'unreachable' });
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    await shuttle.start();
    expect((await ask('GET', PATH)).status).toBe(200);
  });

  it('need the key of the shuttle, and a shuttle', async () => {
    await server.restart({ SHUTTLE_AUTH_KEY: 'another key' });
    expect(await ask('GET', PATH)).toMatchObject({ status: 502, body: { code: 'shuttle_key_refused' } });
    expect((await ask('GET', `${PATH}/status`)).body).toMatchObject({ state: 'key_refused' });
    await server.restart({ SHUTTLE_AUTH_KEY: '', SHUTTLE_URL: '' });
    expect(await ask('GET', PATH)).toMatchObject({ status: 404, body: { code: 'shuttle_not_configured' } });
    expect((await ask('GET', `${PATH}/status`)).body).toMatchObject({ state: 'not_configured' });
  });

  it('leave none of their secrets in a log or an answer', () => {
    canaries.keep('the key of the shuttle', AUTH_KEY);
    expect(canaries.count).toBeGreaterThanOrEqual(2);
    expect(canaries.sightings('the log of the server', server.output)).toEqual([]);
    expect(canaries.sightings('the log of the shuttle', shuttle.output)).toEqual([]);
    expect(canaries.sightings('an answer', answers.join('\n'))).toEqual([]);
  });
});
