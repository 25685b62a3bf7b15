import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { changeRows } from '../../apps/api/test-support/database-rows.js';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { hasCapability } from '../../scripts/capabilities.mjs';
import { TestRedis } from '../support/redis.js';
import { TestShuttle } from '../support/shuttle.js';
import { SilentServer } from '../support/silent-server.js';

jest.setTimeout(120_000);

const IMPORT = join(import.meta.dirname, '../../apps/shuttle/bundle/import.js');
const NO_BROKER = '127.0.0.1:9';
const isRedisThere = hasCapability('redis-server');
const describeRedis = isRedisThere ? describe : describe.skip;

/** As the former shuttle makes ids: with a variant that RFC 9562 does not know. */
const id = (number: number) => `4f739e5e-4cf7-41e6-0eb8-${String(number).padStart(12, '0')}`;
const created = '2016-07-18T14:55:38.190123456Z';

/** The record of the former shuttle (storage/storage.go): empty names are left out. */
function route(number: number, owner: object, url: string, updated = '2017-01-02T03:04:05+02:00'): string {
  return JSON.stringify({ id: id(number), ...owner, created, updated, url });
}

const app = { space: 'prod-eu', app: 'shop' };
const routes = [
  route(1, app, 'syslog+tls://logs.example.com:6514'),
  route(2, app, 'https://user:secret@logs.example.com/in?token=hidden'),
  route(3, { site: 'www.example.com' }, 'syslog://logs.example.com'),
  route(4, app, 'SYSLOG+TLS://LOGS.example.com'),
  route(5, app, 'ftp://secret@logs.example.com'),
  route(6, app, 'syslog://10.1.2.3:514'),
  route(7, { app: 'with-dash', space: 'prod' }, 'syslog://logs.example.com'),
  route(8, { app: 'bad\u001b[31m', space: 'prod' }, 'syslog://logs.example.com'),
  '{"id":',
  JSON.stringify({ id: '../../etc', app: 'a', space: 'b', url: 'syslog://logs.example.com' }),
  JSON.stringify({
    id: id(9),
    app: 'zero',
    space: 'time',
    created: '0001-01-01T00:00:00Z',
    url: 'http://logs.example.com',
  }),
  route(10, app, 'syslog://logs.example.com:25'),
  JSON.stringify({ id: 'x'.repeat(10_000), app: 'a', space: 'b', url: 'syslog://logs.example.com' }),
];

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

async function runImport(environment: Readonly<Record<string, string>>, ...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [IMPORT, ...args], { env: { PATH: process.env.PATH, ...environment } });
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, out, error };
}

/** It takes its time, beside the other tests; looked at by the last one. */
let fromSilence: Promise<Ran[]>;
let silent: SilentServer;
beforeAll(async () => {
  silent = await SilentServer.listen();
  const stores: Record<string, string>[] = [
    { REDIS_URL: `redis://${silent.address}` },
    { POSTGRES_URL: `postgres://a:b@${silent.address}/c` },
  ];
  fromSilence = Promise.all(stores.map((store) => runImport(store)));
  fromSilence.catch(() => undefined);
});
afterAll(() => silent?.close());

describe('The capability redis-server', () => {
  const required = process.env.CI === 'true' ? it : it.skip;
  required('is there under CI, or the import from Redis cannot be tested', () => expect(isRedisThere).toBe(true));
});

describeRedis("The former shuttle's drains in Redis", () => {
  let redis: TestRedis;
  let shuttle: TestShuttle;

  beforeAll(async () => {
    redis = await TestRedis.start();
    redis.run('RPUSH', 'routes', ...routes);
    shuttle = new TestShuttle(NO_BROKER);
    await shuttle.start();
  });

  afterAll(async () => {
    await shuttle?.dispose();
    await redis?.stop();
  });

  const environment = () => ({ REDIS_URL: redis.url, DATA_DIR: shuttle.dataDir });
  const list = async (owner: string) =>
    (await (await shuttle.request('GET', `/${owner}/log-drains`)).json()) as { id: string }[];

  it('are only looked at in a dry run', async () => {
    const { code, out } = await runImport(environment(), '--dry-run');
    expect([code, out]).toEqual([
      1,
      expect.stringContaining('drains: 4 would be imported, 0 there already, 9 left out'),
    ]);
    expect(await list('apps/shop-prod-eu')).toEqual([]);
  });

  it('come with their ids and times while the shuttle runs; what cannot be taken is named, and no URL is printed', async () => {
    const { code, out, error } = await runImport(environment());
    expect([code, error]).toEqual([1, '']);
    expect(out.split('\n')).toEqual([
      `imported: "${id(1)}" of "shop-prod-eu"`,
      `imported: "${id(2)}" of "shop-prod-eu"`,
      `imported: "${id(3)}" of "www.example.com"`,
      `imported: "${id(9)}" of "zero-time"`,
      `left out: "${id(4)}" of "shop-prod-eu": the drain "${id(1)}" sends the same to the same URL`,
      `left out: "${id(5)}" of "shop-prod-eu": its URL is none that a drain can have: The scheme must be one of: http, https, syslog, syslog+tcp, syslog+udp, syslog+tls.`,
      `left out: "${id(6)}" of "shop-prod-eu": its URL leads into a network that DRAIN_ALLOW_NETS does not name`,
      `left out: "${id(7)}" of "with-dash-prod": what it belongs to can have no drains here`,
      `left out: "${id(8)}" of "bad\\u001b[31m-prod": what it belongs to can have no drains here`,
      'left out: "routes[8]" of "": its record is not what the former shuttle writes',
      'left out: "../../etc" of "a-b": its id cannot be a part of a path',
      `left out: "${id(10)}" of "shop-prod-eu": its URL names a port that no drain may have`,
      `left out: "${'x'.repeat(100)}…" of "a-b": its id cannot be a part of a path`,
      'drains: 4 imported, 0 there already, 9 left out',
      '',
    ]);
    expect(out).not.toMatch(/secret|hidden|logs\.example/);
    expect(await list('apps/shop-prod-eu')).toEqual([
      expect.objectContaining({
        ...{ id: id(1), token: 'shop-prod-eu', url: 'syslog+tls://logs.example.com:6514' },
        ...{ created_at: '2016-07-18T14:55:38.190Z', updated_at: '2017-01-02T01:04:05.000Z' },
      }),
      expect.objectContaining({ id: id(2), url: 'https://***@logs.example.com/in?token=hidden' }),
    ]);
    expect(await list('sites/www.example.com')).toMatchObject([{ id: id(3) }]);
    expect(redis.run('LLEN', 'routes').trim()).toBe(String(routes.length));
  });

  it('come once: a second run changes nothing, and what was deleted here meanwhile stays away', async () => {
    await shuttle.request('DELETE', `/apps/shop-prod-eu/log-drains/${id(1)}`);
    const { out } = await runImport({ ...environment(), DRAIN_ALLOW_NETS: '10.0.0.0/8' }, '--json');
    const report = JSON.parse(out) as { imported: unknown; kept: number; left_out: { id: string; reason: string }[] };
    expect(report.imported).toEqual([{ id: id(6), token: 'shop-prod-eu' }]);
    expect(report.left_out.filter(({ reason }) => reason === 'deleted_here').map((drain) => drain.id)).toEqual([
      ...[id(1), id(4)],
    ]);
    expect((await list('apps/shop-prod-eu')).map((drain) => drain.id).toSorted()).toEqual([id(2), id(6)]);
  });

  it('are not sealed with a key that the shuttle does not have', async () => {
    const wrong = { ...environment(), SECRET_KEY: 'another key, of 32 bytes and more, for tests' };
    const { code, out, error } = await runImport(wrong);
    expect([code, out, error]).toEqual([1, '', expect.stringContaining('SECRET_KEY does not open the drains')]);
  });

  it('are not read without the password, which is never printed', async () => {
    const wrong = { ...environment(), REDIS_URL: redis.urlWithoutPassword };
    expect(await runImport(wrong)).toEqual({
      code: 1,
      out: '',
      error: 'The drains in REDIS_URL cannot be read (NOAUTH).\n',
    });
    const away = await runImport({ ...environment(), REDIS_URL: 'redis://:hidden@127.0.0.1:9' });
    expect([away.code, away.error]).toEqual([1, 'The drains in REDIS_URL cannot be read (ECONNREFUSED).\n']);
  });
});

describe("The former shuttle's drains in PostgreSQL", () => {
  let database: TestDatabase;
  let shuttle: TestShuttle;

  beforeAll(async () => {
    database = await createTestDatabase('postgres 18');
    shuttle = new TestShuttle(NO_BROKER, { POSTGRES_URL: database.url });
    await shuttle.start();
  });

  afterAll(async () => {
    await shuttle?.dispose();
    await database?.drop();
  });

  const environment = () => ({ POSTGRES_URL: database.url, DATA_DIR: shuttle.dataDir });

  it('are missed where the database has no such table', async () => {
    const { code, error } = await runImport(environment());
    expect([code, error]).toEqual([1, 'The database in POSTGRES_URL has no table public.drains.\n']);
  });

  it("come into the shuttle's own schema of the same database, whatever times they have", async () => {
    // As storage/storage.go of the former shuttle makes it.
    await changeRows(
      database.target,
      `create table drains (drain varchar(128) not null primary key, site text not null default '', app text not null default '',
         space text not null default '', created timestamptz, updated timestamptz, destination text not null);
       insert into drains values ('${id(1)}', '', 'shop', 'prod', '${created}', '${created}', 'syslog://logs.example.com'),
         ('${id(2)}', '', 'shop', 'prod', null, 'infinity', 'http://logs.example.com'),
         ('${'x'.repeat(128)}', 'www.example.com', '', '', null, null, 'syslog://logs.example.com');`,
    );
    expect(await runImport(environment())).toMatchObject({
      code: 1,
      out: expect.stringContaining('drains: 2 imported, 0 there already, 1 left out'),
    });
    const drains = (await (await shuttle.request('GET', '/apps/shop-prod/log-drains')).json()) as object[];
    expect(drains).toEqual([
      expect.objectContaining({ id: id(1), created_at: '2016-07-18T14:55:38.190Z' }),
      expect.objectContaining({ id: id(2), created_at: expect.stringContaining(`${new Date().getUTCFullYear()}-`) }),
    ]);
    expect(await runImport(environment())).toMatchObject({
      out: expect.stringContaining('drains: 0 imported, 2 there'),
    });
  });
});

describe('The import of drains', () => {
  it('is called with what it knows, and told where the drains are', async () => {
    expect(await runImport({}, '--what')).toMatchObject({
      code: 2,
      error: expect.stringContaining('Usage: shuttle-import'),
    });
    expect(await runImport({}, '--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Usage: shuttle-import'),
    });
    expect(await runImport({})).toMatchObject({ code: 1, error: expect.stringContaining('REDIS_URL or POSTGRES_URL') });
  });

  it('does not wait without end for a store that says nothing', async () => {
    expect(await fromSilence).toEqual([
      { code: 1, out: '', error: 'The drains in REDIS_URL cannot be read (no answer).\n' },
      { code: 1, out: '', error: expect.stringMatching(/^The drains in POSTGRES_URL cannot be read \(.+\)\.\n$/) },
    ]);
  }, 20_000);
});
