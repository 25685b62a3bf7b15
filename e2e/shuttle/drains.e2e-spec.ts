import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { rawRequest } from '../support/raw-http.js';
import { AUTH_KEY, TestShuttle } from '../support/shuttle.js';

jest.setTimeout(120_000);

/** Drains and their database need no broker; that it is away is part of what is looked at. */
const NO_BROKER = '127.0.0.1:9';
const SQLITE = 'sqlite' as const;

interface DrainView {
  readonly id: string;
  readonly url: string;
  readonly token: string;
}

describe.each([SQLITE, 'postgres 18'] as const)('Drains over HTTP, kept in %s', (kind) => {
  let database: TestDatabase | undefined;
  let shuttle: TestShuttle;
  const path = '/apps/my-app-space/log-drains';

  beforeAll(async () => {
    database = kind === SQLITE ? undefined : await createTestDatabase(kind);
    shuttle = new TestShuttle(NO_BROKER, database ? { POSTGRES_URL: database.url } : {});
    await shuttle.start();
  });

  afterAll(async () => {
    await shuttle?.dispose();
    await database?.drop();
  });

  const drains = async (where: string) => (await (await shuttle.request('GET', where)).json()) as DrainView[];

  it('are added, listed, shown and deleted, with all fields and without the credentials', async () => {
    const created = await shuttle.request('POST', path, { url: 'https://user:secret@logs.example.com/in?x=1' });
    expect(created.status).toBe(201);
    const drain = (await created.json()) as DrainView;
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(drain).toEqual({
      addon: { id: expect.any(String), name: expect.any(String) },
      created_at: time,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      token: 'my-app-space',
      updated_at: time,
      url: 'https://***@logs.example.com/in?x=1',
    });
    expect(await drains(path)).toEqual([drain]);
    expect(await (await shuttle.request('GET', `${path}/${drain.id}/`)).json()).toEqual(drain);
    const deleted = await shuttle.request('DELETE', `${path}/${drain.id}`, undefined, {
      'Content-Type': 'application/json',
    });
    expect([deleted.status, await deleted.json()]).toEqual([200, drain]);
    expect(await drains(path)).toEqual([]);
    expect((await shuttle.request('DELETE', `${path}/${drain.id}`)).status).toBe(404);
    expect(shuttle.output).not.toContain('secret');
  });

  it('of a site have the four requests too', async () => {
    const id = await shuttle.addDrain('/sites/www.example.com/log-drains/', 'syslog+tls://logs.example.com');
    expect(await drains('/sites/www.example.com/log-drains')).toMatchObject([{ id, token: 'www.example.com' }]);
    expect((await shuttle.request('GET', `/apps/www.example-com/log-drains/${id}`)).status).toBe(404);
    expect((await shuttle.request('DELETE', `/sites/www.example.com/log-drains/${id}`)).status).toBe(200);
  });

  it('cannot be read or deleted through another app, nor confused with one whose joined name is the same', async () => {
    const id = await shuttle.addDrain('/apps/a-bc/log-drains', 'syslog://logs.example.com');
    for (const other of ['/apps/ab-c', '/apps/x-bc', '/sites/a-bc']) {
      expect((await shuttle.request('GET', `${other}/log-drains/${id}`)).status).toBe(404);
      expect((await shuttle.request('DELETE', `${other}/log-drains/${id}`)).status).toBe(404);
    }
    expect(await drains('/apps/a-bc/log-drains')).toHaveLength(1);
  });

  it('of one URL exist once, however it is spelt and however many ask at once', async () => {
    const spellings = ['syslog://one.example.com', 'syslog+tcp://ONE.example.com:514', 'SYSLOG://one.example.com/'];
    const statuses = await Promise.all(
      spellings.map(async (url) => (await shuttle.request('POST', '/apps/race-x/log-drains', { url })).status),
    );
    expect(statuses.toSorted()).toEqual([201, 409, 409]);
    expect((await shuttle.request('POST', '/apps/race-y/log-drains', { url: spellings[0] })).status).toBe(201);
  });

  it('survive a restart, still without showing what was sealed', async () => {
    const where = '/apps/kept-space/log-drains';
    await shuttle.addDrain(where, 'http://u:p@logs.example.com/');
    await shuttle.kill();
    await shuttle.start();
    expect(await drains(where)).toMatchObject([{ url: 'http://***@logs.example.com/' }]);
  });

  it('survive a change of SECRET_KEY, after which the previous one can be dropped, and need the right one', async () => {
    const where = '/apps/sealed-space/log-drains';
    await shuttle.addDrain(where, 'http://u:p@logs.example.com/');
    const former = readFileSync(join(shuttle.dataDir, 'secret.key'), 'utf8').trim();
    const SECRET_KEY = 'another key, of 32 bytes and more, for tests';
    await shuttle.restart({ SECRET_KEY, SECRET_KEY_PREVIOUS: former });
    await shuttle.restart({ SECRET_KEY });
    expect(await drains(where)).toHaveLength(1);
    expect((await shuttle.request('POST', where, { url: 'http://u:p@logs.example.com/' })).status).toBe(409);
    await shuttle.stop();
    await expect(shuttle.start()).rejects.toThrow('SECRET_KEY does not open the drains');
    await shuttle.start({ SECRET_KEY, SECRET_KEY_PREVIOUS: former });
  });

  it.each([
    ['{"url"', 400],
    ['', 400],
    ['[]', 422],
    ['"text"', 400],
    [{}, 422],
    [{ url: 5 }, 422],
    [{ url: 'ftp://logs.example.com' }, 422],
    [{ url: 'https://logs.example.com:22' }, 422],
    [{ url: 'syslog+tcp://10.0.0.1:514' }, 422],
    [{ url: 'http://169.254.169.254/latest/meta-data' }, 422],
    [{ url: 'http://[::ffff:10.0.0.1]/' }, 422],
    [{ url: 'http://0xa9fea9fe/' }, 422],
  ])('are refused for the body %j with %i, as a problem document', async (body, status) => {
    const response = await shuttle.request('POST', path, body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) });
  });

  it('need an app with a space', async () => {
    for (const owner of ['app', '-space', 'app-', 'a%20b-c', 'a%0Ab-c', '%C3%A4-space']) {
      expect((await shuttle.request('GET', `/apps/${owner}/log-drains`)).status).toBe(400);
    }
  });
});

describe('The key', () => {
  let shuttle: TestShuttle;

  beforeAll(async () => {
    shuttle = new TestShuttle(NO_BROKER);
    await shuttle.start();
  });

  afterAll(() => shuttle?.dispose());

  const paths = [
    ['GET', '/apps/a-b/log-drains'],
    ['POST', '/apps/a-b/log-drains/'],
    ['GET', '/apps/a-b/log-drains/debug'],
    ['DELETE', '/sites/debug/log-drains/x/'],
    ['POST', '/log-sessions'],
    ['POST', '/log-sessions/'],
    ['POST', '/log-events/'],
    ['GET', '/debug/apps/a-b/log-drains'],
    ['GET', '/nowhere'],
    ['GET', '/drains'],
    ['GET', '/drains/debug'],
    ['POST', '/drains/'],
    ['PATCH', '/drains/x'],
    ['DELETE', '/drains/x/'],
    ['POST', '/drains/x/test'],
    ['POST', '/drains/x/records'],
  ] as const;

  it.each(paths)('%s %s answers 401 without it, with a wrong one, and with a scheme word', async (method, path) => {
    for (const key of ['', 'wrong', `${AUTH_KEY}x`, AUTH_KEY.slice(1), `Bearer ${AUTH_KEY}`, AUTH_KEY.toUpperCase()]) {
      const response = await shuttle.request(method, path, undefined, { Authorization: key });
      expect([key, response.status]).toEqual([key, 401]);
      expect(response.headers.get('www-authenticate')).toBeTruthy();
    }
  });

  it.each(['/apps/%zz/log-drains', `/apps/${'a'.repeat(5_000)}-b/log-drains`])(
    '%.30s… is no way round it',
    async (path) => {
      const response = await shuttle.request('GET', path, undefined, { Authorization: '' });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    },
  );

  it.each([
    ...['GET //drains', 'GET /drains//', 'GET /./drains', 'GET /octhc/../drains', 'GET /octhc%2f..%2fdrains'],
    ...[
      'GET /%64rains',
      'GET /DRAINS',
      'GET /drains;debug',
      'GET /drains?debug=/octhc',
      'GET /drains%00',
      'GET /octhc/x',
    ],
    ...['GET /log-sessions', 'GET /log-sessions/x/y', 'GET /log-sessions/x%2f..%2f..%2fdrains', 'GET /debug', 'GET *'],
    ...['OPTIONS /drains', 'OPTIONS *', 'TRACE /drains', 'PUT /drains', 'PROPFIND /drains', 'POST /octhc'],
    ...['GET http://127.0.0.1/drains', 'GET /drains/../octhc', `GET /?${'a'.repeat(200)}`],
  ])('is not gone round by %p', async (line) => {
    const answer = await rawRequest(shuttle, line, []);
    expect([400, 401, 404, 405]).toContain(answer?.status);
    expect(answer?.body).not.toMatch(/^\[|overall_status/);
  });

  it.each(['/drains', '/log-sessions/x'])('is asked for by HEAD %s too', async (path) => {
    expect((await fetch(`${shuttle.url}${path}`, { method: 'HEAD' })).status).toBe(401);
  });

  it('may be given once', async () => {
    const twice = [
      ['Authorization', 'wrong'],
      ['Authorization', AUTH_KEY],
    ] as const;
    expect((await rawRequest(shuttle, 'GET /drains', twice))?.status).not.toBe(200);
  });

  it('is not asked for by a session that nobody has created, which does not exist', async () => {
    const response = await fetch(`${shuttle.url}/log-sessions/made-up`);
    expect(response.status).toBe(404);
  });

  it('is not asked for by the health page, which names what does not work', async () => {
    const response = await fetch(`${shuttle.url}/octhc`);
    expect([response.status, await response.text()]).toEqual([503, 'overall_status=bad,kafka=bad']);
    // As load balancers and `curl -I` ask.
    expect((await fetch(`${shuttle.url}/octhc`, { method: 'HEAD' })).status).toBe(503);
  });

  it('lets an event in, which is refused while no broker is reachable or the topic is not meant for it', async () => {
    const event = { log: 'x', topic: 'space', kubernetes: { container_name: 'app' } };
    const send = async (body: unknown) => (await shuttle.request('POST', '/log-events', body)).status;
    expect(await send({ ...event, topic: 'alamobuildlogs' })).toBe(403);
    expect(await send({ ...event, topic: '__consumer_offsets' })).toBe(403);
    expect(await send({ ...event, topic: 'a b' })).toBe(400);
    expect(await send({ topic: 'space' })).toBe(400);
    const away = await shuttle.request('POST', '/log-events', event);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5']);
  });
});

describe('The shuttle', () => {
  it('refuses to start and names every fault at once, never a value', async () => {
    const shuttle = new TestShuttle('', {
      AUTH_KEY: '',
      MAX_SYSLOG_CONNECTIONS: '1025',
      KAFKA_FROM: 'sometimes',
      REDIS_URL: 'redis://:hidden@cache',
      KAFKA_SASL_PASSWORD: 'hidden',
    });
    await expect(shuttle.start()).rejects.toThrow('The settings cannot be used');
    for (const name of ['KAFKA_HOSTS', 'AUTH_KEY', 'MAX_SYSLOG_CONNECTIONS', 'KAFKA_FROM', 'REDIS_URL', 'KAFKA_SASL']) {
      expect(shuttle.output).toContain(`- ${name}`);
    }
    expect(shuttle.output).not.toMatch(/hidden|sometimes|1025/);
    await shuttle.dispose();
  });
});
