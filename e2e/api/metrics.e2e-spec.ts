import { readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { patternedBytes } from '../support/bytes.js';
import { metricsPort, Scrape } from '../support/scrape.js';
import { TestServer } from '../support/server.js';
import { Admin, ApiUser } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const SECRET_KEY = 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5';
const TICKET = 'TICKET-FOR-METRICS';
const FILE = 'name-of-a-customers-file.log';

/** Scrapes until `condition` holds: what ends a request is counted after its answer has left. */
async function scrapeUntil(server: TestServer, condition: (scrape: Scrape) => boolean): Promise<Scrape> {
  for (const deadline = Date.now() + 60_000; ; await delay(20)) {
    const scrape = await Scrape.of(server);
    if (condition(scrape) || Date.now() > deadline) return scrape;
  }
}

describe('Metrics on a port of their own', () => {
  let server: TestServer;
  let admin: Admin;
  let token: string;

  beforeAll(async () => {
    server = await TestServer.start({ METRICS: 'port:0' });
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    token = (await admin.createTicket(TICKET)).token;
  });
  afterAll(() => server.dispose());

  const put = (name: string, bytes: Uint8Array<ArrayBuffer>, presented = token) =>
    fetch(`${server.url}/api/v1/archives/${name}`, {
      method: 'PUT',
      headers: { 'Upload-Token': presented },
      body: bytes,
    });

  it('are not on the port of the API, and nothing else is on theirs', async () => {
    const answer = await fetch(`${server.url}/metrics`);
    expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: 'not_found' })]);
    const own = `http://127.0.0.1:${metricsPort(server)}`;
    expect((await fetch(`${own}/`)).status).toBe(404);
    expect((await fetch(`${own}/api/v1`)).status).toBe(404);
    expect((await fetch(`${own}/metrics`, { method: 'POST' })).status).toBe(404);
  });

  it('count uploads by door, those that end early and those that go on, and the bytes of each', async () => {
    expect((await put(FILE, patternedBytes(1_000))).status).toBe(201);
    const client = new TusClient(server, token);
    const path = await client.begin(3_000, FILE);
    const bytes = patternedBytes(3_000);
    // Announces all of it and is cut off after a third.
    const cut = new AbortController();
    const slow = async function* () {
      yield bytes.subarray(0, 1_000);
      const directory = join(server.dataDir, 'uploads', basename(path));
      while (!readdirSync(directory).some((name) => statSync(join(directory, name)).size === 1_000)) await delay(20);
      cut.abort();
    };
    await fetch(`${server.url}${path}`, {
      method: 'PATCH',
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Token': token,
        'Upload-Offset': '0',
        'Content-Type': 'application/offset+octet-stream',
      },
      body: slow(),
      signal: cut.signal,
      duplex: 'half',
    } as RequestInit).catch(() => undefined);
    let offset = 0;
    while (offset === 0) offset = Number((await client.head(path)).headers.get('upload-offset'));
    expect((await client.patch(path, offset, bytes.subarray(offset))).status).toBe(204);
    const given = await client.begin(10, 'given up');
    expect((await client.request('DELETE', given, {})).status).toBe(204);

    const scrape = await Scrape.of(server);
    const by = (name: string, door: string) => scrape.value(`logs_collector_${name}_total{door="${door}"}`);
    expect([by('uploads_started', 'put'), by('uploads_started', 'tus'), by('uploads_started', 'multipart')]).toEqual([
      1, 2, 0,
    ]);
    expect([by('uploads_finished', 'put'), by('uploads_finished', 'tus')]).toEqual([1, 1]);
    expect([by('uploads_resumed', 'put'), by('uploads_resumed', 'tus')]).toEqual([0, 1]);
    expect([by('uploads_failed', 'put'), by('uploads_failed', 'tus')]).toEqual([0, 1]);
    expect([by('upload_bytes', 'put'), by('upload_bytes', 'tus')]).toEqual([1_000, 3_000]);
  });

  it('count an upload that comes in several requests as one that never broke', async () => {
    const before = (await Scrape.of(server)).value('logs_collector_uploads_resumed_total{door="tus"}');
    const client = new TusClient(server, token);
    const path = await client.begin(200, 'in two');
    await client.patch(path, 0, patternedBytes(100));
    expect((await client.patch(path, 100, patternedBytes(100))).status).toBe(204);
    expect((await Scrape.of(server)).value('logs_collector_uploads_resumed_total{door="tus"}')).toBe(before);
  });

  it('count refusals and wrong credentials by code, and nobody by name', async () => {
    const tiny = await admin.createTicket('EXHAUSTED');
    const [made] = await admin.expect<{ id: string }[]>(200, 'GET', '/api/v1/tickets/EXHAUSTED/tokens');
    await admin.expect(200, 'PATCH', `/api/v1/tokens/${made?.id}`, { attempts: 0 });
    expect((await put(FILE, patternedBytes(10), tiny.token)).status).toBe(423);
    expect((await put(FILE, patternedBytes(10), 'a-wrong-upload-token')).status).toBe(403);
    const stranger = new ApiUser(server);
    const wrong = { username: 'somebody-unknown', password: 'not the password at all' };
    expect((await stranger.request('POST', '/api/v1/auth/token', wrong)).status).toBe(401);

    const invalid = 'logs_collector_auth_failures_total{code="invalid_credentials"}';
    const scrape = await scrapeUntil(server, (found) => found.value(invalid) === 1);
    expect(scrape.value(invalid)).toBe(1);
    expect(scrape.value('logs_collector_auth_failures_total{code="upload_token_unknown"}')).toBe(1);
    expect(scrape.value('logs_collector_uploads_refused_total{door="put",code="attempts_exhausted"}')).toBe(1);
    expect(scrape.value('logs_collector_problems_total{code="attempts_exhausted"}')).toBe(1);
    for (const name of [TICKET, FILE, 'EXHAUSTED', 'somebody-unknown', 'admin', 'given up', token]) {
      expect(scrape.text).not.toContain(name);
    }
  });

  it('tell how full the storage is, who watches, and how long writing waits', async () => {
    const stream = await fetch(`${server.url}/api/v1/events`, {
      headers: { Authorization: `Bearer ${admin.access}`, Accept: 'text/event-stream' },
    });
    const scrape = await Scrape.of(server);
    await stream.body?.cancel();
    const bytes = (name: string) => scrape.value(`logs_collector_storage_${name}_bytes`) ?? Number.NaN;
    expect(bytes('free') + bytes('used')).toBe(bytes('total'));
    expect(bytes('usable')).toBeLessThan(bytes('free'));
    expect(scrape.value('logs_collector_event_streams')).toBe(1);
    expect(scrape.value('logs_collector_event_outbox_lag')).toBe(0);
    expect(scrape.value('logs_collector_uploads_active')).toBe(0);
    expect(scrape.value('logs_collector_database_wait_seconds_count')).toBeGreaterThan(10);
    expect(scrape.value('logs_collector_janitor_rounds_total')).toBeGreaterThanOrEqual(1);
    expect(scrape.value('logs_collector_archives{state="corrupt"}')).toBe(0);
    expect(scrape.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(scrape.value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
  });
});

describe('METRICS=port:… at the start', () => {
  it('is refused in plain words where another program has the port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const server = new TestServer({ METRICS: `port:${(other.address() as AddressInfo).port}` });
    await expect(server.start()).rejects.toThrow(/METRICS names a port that cannot be listened on \(EADDRINUSE\)/);
    await server.dispose();
    other.close();
  });

  it('is one port for several processes, whose counts are added up', async () => {
    const database = await createTestDatabase('postgres 18');
    const server = new TestServer({ DB_URL: database.url, SECRET_KEY, WEB_CONCURRENCY: '2', METRICS: 'port:0' });
    await server.start();
    const live = 'logs_collector_http_request_duration_seconds_count{method="GET",route="/health/live",status="2xx"}';
    for (let asked = 0; asked < 20; asked += 1) {
      await fetch(`${server.url}/health/live`, { headers: { Connection: 'close' } });
    }
    const scrape = await scrapeUntil(server, (found) => found.value(live) === 20);
    expect(scrape.value(live)).toBe(20);
    // Both read the same volume; together it is not twice as large.
    const total = scrape.value('logs_collector_storage_total_bytes') ?? 0;
    const alone = await TestServer.start({ METRICS: 'port:0' });
    expect(total).toBe((await Scrape.of(alone)).value('logs_collector_storage_total_bytes'));
    expect(scrape.value('logs_collector_database_pool_connections{pool="writer",state="waiting"}')).toBe(0);
    await Promise.all([alone.dispose(), server.dispose()]);
    await database.drop();
  });
});

describe('METRICS=port:… of several processes', () => {
  const LIVE = 'logs_collector_http_request_duration_seconds_count{method="GET",route="/health/live",status="2xx"}';
  const processes = (state: string) => `logs_collector_worker_processes{state="${state}"}`;
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await createTestDatabase('postgres 18');
    server = new TestServer({ DB_URL: database.url, SECRET_KEY, WEB_CONCURRENCY: '2', METRICS: 'port:0' });
    await server.start();
    for (let asked = 0; asked < 20; asked += 1) {
      await fetch(`${server.url}/health/live`, { headers: { Connection: 'close' } });
    }
    await scrapeUntil(server, (found) => found.value(LIVE) === 20);
  });
  afterAll(async () => {
    await server.dispose();
    await database.drop();
  });

  it('is answered with what the others count when one hangs, and the sums do not fall', async () => {
    const [hanging = 0] = server.children();
    process.kill(hanging, 'SIGSTOP');
    try {
      const scrape = await Scrape.of(server);
      expect(scrape.value(LIVE)).toBe(20);
      expect([scrape.value(processes('answered')), scrape.value(processes('silent'))]).toEqual([1, 1]);
      expect(scrape.value('logs_collector_storage_total_bytes')).toBeGreaterThan(0);
    } finally {
      process.kill(hanging, 'SIGCONT');
    }
    const scrape = await Scrape.of(server);
    expect([scrape.value(processes('answered')), scrape.value(processes('silent'))]).toEqual([2, 0]);
  });

  it('keeps what a worker had counted that has died', async () => {
    for (const pid of server.children()) {
      process.kill(pid, 'SIGKILL');
      const scrape = await scrapeUntil(server, () => !server.children().includes(pid));
      expect(scrape.value(LIVE)).toBe(20);
    }
    const scrape = await scrapeUntil(server, (found) => found.value(processes('answered')) === 2);
    expect(scrape.value(LIVE)).toBe(20);
  });
});
