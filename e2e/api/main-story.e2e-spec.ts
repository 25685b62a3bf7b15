import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { TestServer } from '../support/server.js';
import { Admin, ApiUser } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const bytes = patternedBytes(40 * MIB);

describe.each(databaseKinds)('From ticket to archive on %s', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let admin: Admin;

  beforeAll(async () => {
    database = await createTestDatabase(kind);
    server = await TestServer.start(kind === 'sqlite' ? {} : { DB_URL: database.url });
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
  });

  afterAll(async () => {
    await server.dispose();
    await database.drop();
  });

  it('gives a new ticket an upload token with attempts and an end', async () => {
    const ticket = await admin.createTicket('SUP-1');
    expect(ticket).toMatchObject({ number: 'SUP-1', attempts: 5, version: 1, archives_count: 0 });
    expect(ticket.token).toMatch(/^[a-z2-7]{32}$/);
  });

  it.each([
    ['the original form', 'form.bin'],
    ['a raw PUT', 'put.bin'],
    ['tus', 'tus.bin'],
  ])('stores a file that comes through %s, and staff download the same bytes', async (door, name) => {
    const { token } = await admin.readTicket('SUP-1');
    const stored = await upload(door, token, name);
    expect(stored).toMatchObject({ ticket: 'SUP-1', name, size: bytes.length, sha256: sha256(bytes) });
    const download = await fetch(String(stored.file), { headers: { Authorization: `Bearer ${admin.access}` } });
    expect(download.status).toBe(200);
    expect(download.headers.get('content-disposition')).toContain(`filename="${name}"`);
    expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(sha256(bytes));
  });

  it('spends one attempt for each finished archive', async () => {
    expect(await admin.readTicket('SUP-1')).toMatchObject({ attempts: 2, archives_count: 3 });
  });

  it('answers a repeated upload of the same bytes with the existing receipt and no second archive', async () => {
    const { token } = await admin.readTicket('SUP-1');
    const again = await upload('a raw PUT', token, 'put.bin');
    expect(again).toMatchObject({ name: 'put.bin', sha256: sha256(bytes) });
    expect(await admin.readTicket('SUP-1')).toMatchObject({ attempts: 2, archives_count: 3 });
  });

  it('gives no byte to anybody without a login', async () => {
    const [archive] = await admin.expect<{ id: string }[]>(200, 'GET', '/api/v1/archives');
    const reply = await new ApiUser(server).request('GET', `/api/v1/archives/${archive?.id}/download`);
    expect(reply.status).toBe(401);
  });

  it('closes the door when the ticket is resolved', async () => {
    const { token } = await admin.readTicket('SUP-1');
    await admin.expect(200, 'PATCH', '/api/v1/tickets/SUP-1', { resolved: true });
    const refused = await fetch(`${server.url}/api/v1/archives/late.bin`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: 'late',
    });
    expect(refused.status).toBe(423);
    expect(await refused.json()).toMatchObject({ code: 'ticket_resolved' });
  });

  it('leaves no byte of a deleted ticket under DATA_DIR', async () => {
    expect(server.files().length).toBeGreaterThanOrEqual(6);
    await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-1');
    expect(server.files()).toEqual([]);
    expect((await admin.request('GET', '/api/v1/tickets/SUP-1')).status).toBe(404);
  });

  async function upload(door: string, token: string, name: string): Promise<Record<string, unknown>> {
    if (door === 'tus') {
      const client = new TusClient(server, token);
      const path = await client.begin(bytes.length, name);
      const first = await client.patch(path, 0, bytes.subarray(0, 10 * MIB));
      expect([first.status, first.headers.get('upload-offset')]).toEqual([204, String(10 * MIB)]);
      const last = await client.patch(path, 10 * MIB, bytes.subarray(10 * MIB));
      expect(last.headers.get('upload-archive')).not.toBeNull();
      return (await client.request('GET', path, {})).json() as Promise<Record<string, unknown>>;
    }
    const form = new FormData();
    form.set('file', new Blob([bytes]), name);
    const response =
      door === 'the original form'
        ? await fetch(`${server.url}/api/v1/archives/`, {
            method: 'POST',
            headers: { 'Upload-Token': `${token} ` },
            body: form,
          })
        : await fetch(`${server.url}/api/v1/archives/${name}`, {
            method: 'PUT',
            headers: { 'Upload-Token': token },
            body: bytes,
          });
    expect(response.status).toBe(201);
    return response.json() as Promise<Record<string, unknown>>;
  }
});
