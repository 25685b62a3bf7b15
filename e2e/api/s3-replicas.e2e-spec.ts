import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { EventStream } from '../../apps/api/test-support/event-stream.js';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { hasS3Server } from '../../scripts/s3-server.mjs';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { DOORS, uploadThrough } from '../support/doors.js';
import { S3Replicas } from '../support/s3-replicas.js';
import { TestServer } from '../support/server.js';
import type { Admin } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;

(hasS3Server() ? describe : describe.skip)('Any request to any replica, on PostgreSQL and an S3 store', () => {
  let replicas: S3Replicas;
  let admin: Admin;
  let other: TestDatabase;

  beforeAll(async () => {
    replicas = await S3Replicas.prepare(3);
    // At once, on an empty database and an empty bucket.
    await replicas.start();
    admin = await replicas.admin();
    other = await createTestDatabase('postgres 18');
  });
  afterAll(async () => {
    await replicas.dispose();
    await other.drop();
  });

  const storage = (place: string) => ({ STORAGE_URL: `s3://${place}?endpoint=${replicas.s3.endpoint}` });

  async function download(server: number, id: unknown, headers: Readonly<Record<string, string>> = {}) {
    const { url } = replicas.server(server);
    const answer = await fetch(`${url}/api/v1/archives/${id}/download`, {
      headers: { Authorization: `Bearer ${admin.access}`, ...headers },
    });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  it('three that start at once with a DATA_DIR each are one installation, whose mark lies in the bucket', async () => {
    expect(replicas.objects('')).toEqual(['instance.json']);
    for (const server of replicas.servers) {
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
      expect(readdirSync(server.dataDir)).not.toContain('instance.json');
    }
  });

  it.each(DOORS)('what comes in through %s at one is downloaded and deleted at the others', async (door) => {
    // Larger than two parts, so that it becomes a multipart upload with an odd end.
    for (const size of [1, 20 * MIB + 77]) {
      const bytes = patternedBytes(size, 7);
      const ticket = await admin.createTicket(`S3-${DOORS.indexOf(door)}-${size}`);
      const { status, body } = await uploadThrough(replicas.server(0), door, {
        token: ticket.token,
        name: 'logs.tar',
        bytes,
      });
      expect(status).toBe(201);
      expect(body).toMatchObject({ size, sha256: sha256(bytes) });
      expect((await download(1, body.id)).bytes.equals(bytes)).toBe(true);
      const range = await download(2, body.id, { Range: `bytes=${size - 1}-` });
      expect(range).toEqual({ status: 206, bytes: bytes.subarray(size - 1) });
      admin.server = replicas.server(1);
      await admin.expect(204, 'DELETE', `/api/v1/archives/${body.id}`);
      admin.server = replicas.server(0);
      expect((await download(2, body.id)).status).toBe(404);
    }
    expect(['bytes', 'blobs', 'partials'].flatMap((folder) => replicas.objects(folder))).toEqual([]);
  });

  it('an upload begun on one continues on another after the first was killed by SIGKILL', async () => {
    const bytes = patternedBytes(25 * MIB + 5, 9);
    const ticket = await admin.createTicket('S3-KILL');
    const path = await new TusClient(replicas.server(2), ticket.token).begin(bytes.length, 'core.bin');
    const first = await new TusClient(replicas.server(2), ticket.token).patch(path, 0, bytes.subarray(0, 10 * MIB + 3));
    expect(first.status).toBe(204);
    await replicas.server(2).kill();
    const other = new TusClient(replicas.server(1), ticket.token);
    const offset = Number((await other.head(path)).headers.get('upload-offset'));
    expect(offset).toBe(10 * MIB + 3);
    const rest = await other.patch(path, offset, bytes.subarray(offset));
    expect(rest.status).toBe(204);
    const archive = rest.headers.get('upload-archive');
    expect((await download(0, archive)).bytes.equals(bytes)).toBe(true);
    expect(replicas.objects('partials')).toEqual([]);
    await replicas.server(2).start();
  });

  it('an upload whose part was ended behind our back is given up, and the client begins anew', async () => {
    const bytes = patternedBytes(9 * MIB, 11);
    const ticket = await admin.createTicket('S3-LOST', { attempts: 1 });
    const client = new TusClient(replicas.server(0), ticket.token);
    const path = await client.begin(bytes.length, 'lost.bin');
    expect((await client.patch(path, 0, bytes.subarray(0, 8 * MIB + 1))).status).toBe(204);
    await replicas.abortMultiparts();
    expect((await client.patch(path, 8 * MIB + 1, bytes.subarray(8 * MIB + 1))).status).toBe(404);
    expect((await client.head(path)).status).toBe(404);
    const again = await client.begin(bytes.length, 'lost.bin');
    expect((await client.patch(again, 0, bytes)).status).toBe(204);
    expect(replicas.server(0).output).toContain('the store has lost bytes of an upload');
  });

  it('50 parallel starts at three replicas on a token with three attempts make exactly three archives', async () => {
    const ticket = await admin.createTicket('S3-RACE', { attempts: 3 });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, lane) =>
        uploadThrough(replicas.server(lane % 3), 'a raw PUT', {
          token: ticket.token,
          name: `lane-${lane}.bin`,
          bytes: patternedBytes(50_000, lane),
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 423)).toHaveLength(47);
    expect(await admin.readTicket('S3-RACE')).toMatchObject({ attempts: null, archives_count: 3 });
  });

  it('an upload that all replicas are asked to finish at once becomes one archive', async () => {
    const bytes = patternedBytes(9 * MIB, 13);
    const ticket = await admin.createTicket('S3-FINISH', { attempts: 2 });
    const clients = replicas.servers.map((server) => new TusClient(server, ticket.token));
    const [first, ...others] = clients;
    // All bytes are there before anybody knows that they are all, so that nobody writes while the others ask.
    const metadata = `filename ${Buffer.from('finish.bin').toString('base64')}`;
    const headers = { 'Upload-Defer-Length': '1', 'Upload-Metadata': metadata };
    const path = (await first?.request('POST', '/api/v1/uploads', headers))?.headers.get('location') ?? '';
    expect((await first?.patch(path, 0, bytes))?.status).toBe(204);
    const last = first?.patch(path, bytes.length, Buffer.alloc(0), { 'Upload-Length': String(bytes.length) });
    const isDone = last?.then(() => true);
    while (!(await Promise.race([isDone, Promise.all(others.map((client) => client.head(path))).then(() => false)])));
    // A replica that another has overtaken may say that the archive is being made, or that it goes on elsewhere.
    expect([204, 409, 503]).toContain((await last)?.status);
    while ((await first?.head(path))?.status === 503) await delay(50);
    const receipts = await Promise.all(
      clients.map(async (client) => (await client.request('GET', path, {})).json() as Promise<{ id: string }>),
    );
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(1);
    expect(await admin.readTicket('S3-FINISH')).toMatchObject({ attempts: 1, archives_count: 1 });
  });

  it('live events reach clients of every replica', async () => {
    const streams = await Promise.all(
      replicas.servers.map(({ url }) => EventStream.open(url, { Authorization: `Bearer ${admin.access}` })),
    );
    try {
      const ticket = await admin.createTicket('S3-EVENT');
      await uploadThrough(replicas.server(1), 'a raw PUT', {
        token: ticket.token,
        name: 'a',
        bytes: patternedBytes(9),
      });
      for (const stream of streams) {
        const isTold = () =>
          stream.events.some(({ type, data }) => type === 'archive.received' && data.ticket === 'S3-EVENT');
        await stream.until(isTold, 60_000, 'archive.received');
      }
    } finally {
      for (const stream of streams) stream.close();
    }
  });

  it('the storage report knows no limit and counts what is stored', async () => {
    const report = await admin.expect(200, 'GET', '/api/v1/storage');
    expect(report).toMatchObject({ total: null, free: null, used: null, used_percent: null, status: 'ok' });
    expect(Number(report.archives_count)).toBeGreaterThan(0);
  });

  it('the sidecar in the bucket says what the archive is', async () => {
    const [path = ''] = replicas.objects('blobs');
    const sidecar = replicas.sidecar(path.split('/')[0] ?? '');
    expect(sidecar).toMatchObject({ name: expect.any(String), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it.each([
    [
      'a wrong secret',
      () => ({ AWS_SECRET_ACCESS_KEY: 'wrong-secret' }),
      'STORAGE_URL cannot be used: the service refuses us',
    ],
    ['no such bucket', () => storage('nowhere/e2e'), 'STORAGE_URL cannot be used: there is no such bucket'],
    ['an empty place for a database that has one', () => storage('archives/other'), 'instance.json is missing'],
    ['a database of another installation', () => ({ DB_URL: other.url }), 'belongs to an installation whose database'],
  ])('with %s it does not start, says why and touches nothing', async (_, environment, message) => {
    const before = replicas.objects('..');
    const server = new TestServer({ ...replicas.server(0).environment, ...environment() });
    await expect(server.start()).rejects.toThrow(message);
    expect((await server.whenExited()).code).toBe(1);
    expect(server.output).not.toContain('wrong-secret');
    expect(replicas.objects('..')).toEqual(before);
    await server.dispose();
  });

  it('no credentials of the store are logged', () => {
    for (const server of replicas.servers) {
      expect(server.output).not.toContain(replicas.s3.credentials.secretAccessKey);
      expect(server.output).not.toContain(replicas.s3.credentials.accessKeyId);
    }
  });

  it('a server away for a while is not ready, refuses with a time to come back, and all goes on afterwards', async () => {
    const ticket = await admin.createTicket('S3-AWAY');
    await replicas.s3.kill();
    const put = () =>
      uploadThrough(replicas.server(0), 'a raw PUT', { token: ticket.token, name: 'b', bytes: patternedBytes(99) });
    const [archive] = await admin.expect<{ id: string }[]>(200, 'GET', '/api/v1/archives?limit=1');
    expect((await download(0, archive?.id)).status).toBe(503);
    const refused = await put();
    expect(refused).toMatchObject({ status: 503, body: { code: 'upload_busy' } });
    expect(refused.headers.get('retry-after')).toBeTruthy();
    const isReady = async () => (await fetch(`${replicas.server(0).url}/health/ready`)).status === 200;
    for (let n = 0; n < 200 && (await isReady()); n += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await isReady()).toBe(false);
    await replicas.s3.resume();
    expect((await put()).status).toBe(201);
    for (let n = 0; n < 200 && !(await isReady()); n += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await isReady()).toBe(true);
  });
});
