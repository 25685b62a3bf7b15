import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { DOORS, type Door, uploadThrough } from '../support/doors.js';
import { RawConnection } from '../support/raw-http.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const bytes = patternedBytes(2_000_000, 8);

describe.each(['sqlite', 'postgres 15'] as const)('Deletions on %s', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let admin: Admin;

  beforeAll(async () => {
    database = await createTestDatabase(kind);
    server = await TestServer.start(kind === 'sqlite' ? {} : { DB_URL: database.url });
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    await admin.createPlatform('dcimanager-6');
  });

  afterAll(async () => {
    await server.dispose();
    await database.drop();
  });

  async function store(number: string, name: string, fields: Record<string, unknown> = {}): Promise<string> {
    const { token } = await admin.createTicket(number, fields);
    const stored = await uploadThrough(server, 'a raw PUT', { token, name, bytes });
    return String(stored.body.id);
  }

  async function expectIntact(id: string): Promise<void> {
    const reply = await fetch(`${server.url}/api/v1/archives/${id}/download`, {
      headers: { Authorization: `Bearer ${admin.access}` },
    });
    expect(reply.status).toBe(200);
    expect(sha256(new Uint8Array(await reply.arrayBuffer()))).toBe(sha256(bytes));
  }

  async function expectAudited(action: string, target: string): Promise<void> {
    const events = await admin.expect<Record<string, unknown>[]>(200, 'GET', `/api/v1/audit?action=${action}`);
    const found = events.find(({ target_id, target_name }) => target_id === target || target_name === target);
    expect([target, found?.actor_name]).toEqual([target, 'admin']);
  }

  /** A PUT that has sent half of what it announces. */
  async function uploadInFlight(number: string): Promise<RawConnection> {
    const { token } = await admin.readTicket(number);
    const connection = await RawConnection.open(server);
    connection.head('PUT /api/v1/archives/flight.bin', [
      ['Upload-Token', token],
      ['Content-Length', String(bytes.length)],
    ]);
    await connection.write(bytes.subarray(0, 1_000_000));
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(20)) {
      const uploads = await admin.expect<{ name: string }[]>(200, 'GET', `/api/v1/tickets/${number}/uploads`);
      if (uploads.some(({ name }) => name === 'flight.bin')) break;
    }
    return connection;
  }

  it('an archive goes with blob, sidecar and receipt; its neighbour and the attempt count stay', async () => {
    const { token } = await admin.createTicket('SUP-1');
    const client = new TusClient(server, token);
    const path = await client.begin(bytes.length, 'gone.bin');
    await client.patch(path, 0, bytes);
    const kept = await uploadThrough(server, 'the form', { token, name: 'kept.bin', bytes });
    const id = (await client.head(path)).headers.get('upload-archive') ?? '';
    expect(
      (await admin.request('DELETE', `/api/v1/archives/${id}/`, undefined, { 'Content-Type': 'application/json' }))
        .status,
    ).toBe(204);
    for (const gone of [`/api/v1/archives/${id}`, `/api/v1/archives/${id}/download`]) {
      expect((await admin.request('GET', gone)).status).toBe(404);
    }
    expect((await admin.request('DELETE', `/api/v1/archives/${id}`)).status).toBe(404);
    expect((await client.head(path)).status).toBe(404);
    expect(server.files().join()).not.toContain(id);
    await expectIntact(String(kept.body.id));
    expect(await admin.readTicket('SUP-1')).toMatchObject({ attempts: 3, archives_count: 1 });
    await expectAudited('archive.deleted', id);
    await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-1');
    expect(server.files()).toEqual([]);
  });

  it('a ticket goes with its uploads in flight: their requests end with a refusal, and no file is left', async () => {
    const neighbour = await store('SUP-2', 'kept.bin');
    const files = server.files();
    const { token } = await admin.createTicket('SUP-3');
    const client = new TusClient(server, token);
    const path = await client.begin(bytes.length, 'partial.bin');
    await client.patch(path, 0, bytes.subarray(0, 500_000));
    const flying = await uploadInFlight('SUP-3');
    expect(await admin.expect<unknown[]>(200, 'GET', '/api/v1/tickets/SUP-3/uploads')).toHaveLength(2);
    await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-3');
    // 403 where the ticket went before the first byte was taken: its token is not known any more.
    expect([403, 404]).toContain((await flying.answer())?.status);
    flying.close();
    expect(server.files()).toEqual(files);
    expect((await client.head(path)).status).toBe(403);
    expect((await uploadThrough(server, 'the form', { token, name: 'a', bytes })).status).toBe(403);
    expect(server.files()).toEqual(files);
    await expectIntact(neighbour);
    await expectAudited('ticket.deleted', 'SUP-3');
    await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-2');
  });

  it('a ticket that goes at any moment of an upload leaves no file', async () => {
    const before = server.files();
    for (let round = 0; round < 24; round += 1) {
      const number = `RACE-${round}`;
      const { token } = await admin.createTicket(number);
      const door = DOORS[round % DOORS.length] as Door;
      const upload = uploadThrough(server, door, { token, name: 'a.bin', bytes: bytes.subarray(0, 300_000) });
      await delay(round);
      await admin.expect(204, 'DELETE', `/api/v1/tickets/${number}`);
      expect([201, 403, 404]).toContain((await upload).status);
    }
    const isAsBefore = () => server.files().join() === before.join();
    for (const deadline = Date.now() + 30_000; !isAsBefore() && Date.now() < deadline; ) await delay(50);
    expect(server.files()).toEqual(before);
  });

  it('of two deletions at once one is told that there is nothing any more, or both that it is gone', async () => {
    const id = await store('SUP-4', 'a.bin');
    const statuses = (
      await Promise.all(Array.from({ length: 10 }, () => admin.request('DELETE', `/api/v1/archives/${id}`)))
    ).map(({ status }) => status);
    expect(statuses).toContain(204);
    for (const status of statuses) expect([204, 404]).toContain(status);
    await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-4');
  });

  it('a platform with tickets is kept with 409; with ?cascade=true all of it goes and its neighbours stay', async () => {
    const neighbour = await store('SUP-5', 'kept.bin');
    const kept = server.files();
    await store('SUP-6', 'one.bin', { platform: 'dcimanager-6' });
    await store('SUP-7', 'two.bin', { platform: 'dcimanager-6' });
    const flying = await uploadInFlight('SUP-7');
    const refused = await admin.request('DELETE', '/api/v1/platforms/dcimanager-6');
    expect(refused.status).toBe(409);
    expect((await admin.request('DELETE', '/api/v1/platforms/dcimanager-6?cascade=false')).status).toBe(409);
    expect((await admin.request('DELETE', '/api/v1/platforms/dcimanager-6/?cascade=true')).status).toBe(204);
    flying.close();
    for (const gone of ['/platforms/dcimanager-6', '/tickets/SUP-6', '/tickets/SUP-7']) {
      expect((await admin.request('GET', `/api/v1${gone}`)).status).toBe(404);
    }
    expect(server.files()).toEqual(kept);
    await expectIntact(neighbour);
    await expectAudited('platform.deleted', 'dcimanager-6');
    // Every ticket that went with it is named too, so that the trail tells what became of it.
    await expectAudited('ticket.deleted', 'SUP-6');
    await expectAudited('ticket.deleted', 'SUP-7');
    await admin.createPlatform('dcimanager-6');
    await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-5');
    expect(server.files()).toEqual([]);
  });
});
