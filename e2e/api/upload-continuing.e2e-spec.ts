import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { RawConnection } from '../support/raw-http.js';
import { TestServer } from '../support/server.js';
import { Admin, type TicketReply } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const bytes = patternedBytes(24 * MIB, 9);

describe('Uploads that are interrupted and go on', () => {
  let server: TestServer;
  let admin: Admin;
  let numbers = 0;

  beforeAll(async () => {
    server = await TestServer.start();
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
  });

  afterAll(() => server?.dispose());

  async function newUpload(
    fields: Record<string, unknown> = {},
  ): Promise<{ ticket: TicketReply; client: TusClient; path: string }> {
    numbers += 1;
    const ticket = await admin.createTicket(`SUP-${numbers}`, { attempts: 1, ...fields });
    const client = new TusClient(server, ticket.token);
    return { ticket, client, path: await client.begin(bytes.length, 'bundle.bin') };
  }

  /** A PATCH that announces everything and sends only the first part, then stays silent. */
  async function hangingPatch(token: string, path: string, offset: number, until: number): Promise<RawConnection> {
    const connection = await RawConnection.open(server);
    connection.head(`PATCH ${path}`, [
      ['Upload-Token', token],
      ['Tus-Resumable', '1.0.0'],
      ['Content-Type', 'application/offset+octet-stream'],
      ['Upload-Offset', String(offset)],
      ['Content-Length', String(bytes.length - offset)],
    ]);
    await connection.write(bytes.subarray(offset, until));
    return connection;
  }

  /** Resolves when the server has written so many bytes of an upload. To ask it would end the request that sends them. */
  async function untilWritten(path: string, length: number): Promise<void> {
    const directory = join(server.dataDir, 'uploads', basename(path));
    const sizes = () => readdirSync(directory).map((name) => statSync(join(directory, name)).size);
    while (!sizes().includes(length)) await delay(10);
  }

  async function offsetOf(client: TusClient, path: string): Promise<number> {
    return Number((await client.head(path)).headers.get('upload-offset'));
  }

  /** Goes on at what HEAD says, as clients do, until a PATCH is taken. */
  async function goOn(client: TusClient, path: string): Promise<Response> {
    for (;;) {
      const offset = await offsetOf(client, path);
      const reply = await client.patch(path, offset, bytes.subarray(offset));
      if (reply.status !== 409) return reply;
    }
  }

  async function expectStored(client: TusClient, path: string): Promise<void> {
    expect(await (await client.request('GET', path, {})).json()).toMatchObject({
      size: bytes.length,
      sha256: sha256(bytes),
    });
  }

  it('the newest of two writers wins in under 2 s, the older gets 409 upload_locked, the bytes are intact', async () => {
    const { ticket, client, path } = await newUpload();
    const older = await hangingPatch(ticket.token, path, 0, 10 * MIB);
    await untilWritten(path, 10 * MIB);
    const startedAt = performance.now();
    const wonMs = older.answer().then(() => performance.now() - startedAt);
    expect((await goOn(client, path)).status).toBe(204);
    expect(await wonMs).toBeLessThan(2_000);
    const refused = await older.answer();
    expect(JSON.parse(refused?.body ?? '{}')).toMatchObject({ status: 409, code: 'upload_locked' });
    older.close();
    await expectStored(client, path);
  });

  it('HEAD ends a request that still writes, so that the next PATCH is taken at the offset it told', async () => {
    const { ticket, client, path } = await newUpload();
    const older = await hangingPatch(ticket.token, path, 0, 10 * MIB);
    await untilWritten(path, 10 * MIB);
    const offset = await offsetOf(client, path);
    expect(offset).toBe(10 * MIB);
    const late = older.write(bytes.subarray(offset, offset + MIB));
    expect((await client.patch(path, offset, bytes.subarray(offset))).status).toBe(204);
    await late;
    expect(JSON.parse((await older.answer())?.body ?? '{}')).toMatchObject({ status: 409, code: 'upload_locked' });
    older.close();
    await expectStored(client, path);
  });

  it('the same Upload-Key ends a request that still writes, as HEAD does', async () => {
    numbers += 1;
    const { token } = await admin.createTicket(`SUP-${numbers}`, { attempts: 1 });
    const client = new TusClient(server, token);
    const key = { 'Upload-Key': 'a secret of the client' };
    const path = (await client.create(bytes.length, 'bundle.bin', key)).headers.get('location') ?? '';
    const older = await hangingPatch(token, path, 0, 10 * MIB);
    await untilWritten(path, 10 * MIB);
    expect((await client.create(bytes.length, 'bundle.bin', key)).headers.get('upload-offset')).toBe(String(10 * MIB));
    expect((await client.patch(path, 10 * MIB, bytes.subarray(10 * MIB))).status).toBe(204);
    older.close();
    await expectStored(client, path);
  });

  it('a PATCH at the wrong offset is cut off soon, however much of it is still to come', async () => {
    const { ticket, client, path } = await newUpload();
    await client.patch(path, 0, bytes.subarray(0, MIB));
    const startedAt = performance.now();
    const wrong = await hangingPatch(ticket.token, path, 2 * MIB, bytes.length - 1);
    expect(JSON.parse((await wrong.answer())?.body ?? '{}')).toMatchObject({ code: 'upload_offset_mismatch' });
    while (!wrong.isClosed) await delay(10);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(await offsetOf(client, path)).toBe(MIB);
  });

  it('two PATCH at the same offset at once: one file, no byte mixed', async () => {
    const { client, path } = await newUpload();
    const replies = await Promise.all([0, 1, 2, 3].map(() => client.patch(path, 0, bytes.subarray(0, 12 * MIB))));
    for (const { status } of replies) expect([204, 409]).toContain(status);
    expect((await goOn(client, path)).status).toBe(204);
    await expectStored(client, path);
  });

  it('a line that breaks in the middle loses nothing that had arrived', async () => {
    const { ticket, client, path } = await newUpload();
    const connection = await hangingPatch(ticket.token, path, 0, 9 * MIB);
    await untilWritten(path, 9 * MIB);
    connection.cut();
    await delay(200);
    expect(await offsetOf(client, path)).toBe(9 * MIB);
    expect((await goOn(client, path)).status).toBe(204);
    await expectStored(client, path);
  });

  it('423 ticket_resolved in the middle; the bytes stay, and it goes on when the ticket is reopened', async () => {
    const { ticket, client, path } = await newUpload();
    await client.patch(path, 0, bytes.subarray(0, 5 * MIB));
    await admin.expect(200, 'PATCH', `/api/v1/tickets/${ticket.number}`, { resolved: true });
    const refused = await client.patch(path, 5 * MIB, bytes.subarray(5 * MIB));
    expect([refused.status, await refused.json()]).toEqual([423, expect.objectContaining({ code: 'ticket_resolved' })]);
    expect(await offsetOf(client, path)).toBe(5 * MIB);
    await admin.expect(200, 'PATCH', `/api/v1/tickets/${ticket.number}`, { resolved: false });
    expect((await client.patch(path, 5 * MIB, bytes.subarray(5 * MIB))).status).toBe(204);
    await expectStored(client, path);
  });

  it('423 token_revoked in the middle', async () => {
    const { ticket, client, path } = await newUpload();
    const [token] = await admin.expect<{ id: string }[]>(200, 'GET', `/api/v1/tickets/${ticket.number}/tokens`);
    await admin.expect(204, 'DELETE', `/api/v1/tokens/${token?.id}`);
    const refused = await client.patch(path, 0, bytes.subarray(0, MIB));
    expect([refused.status, await refused.json()]).toEqual([423, expect.objectContaining({ code: 'token_revoked' })]);
  });

  it('an upload that began before the token expired goes on to its end', async () => {
    const expiresAt = Date.now() + 3_000;
    const { ticket, client, path } = await newUpload({ expires_at: new Date(expiresAt).toISOString() });
    await client.patch(path, 0, bytes.subarray(0, 5 * MIB));
    await delay(Math.max(0, expiresAt + 100 - Date.now()));
    expect((await client.create(10, 'late.bin')).status).toBe(423);
    expect((await client.patch(path, 5 * MIB, bytes.subarray(5 * MIB))).status).toBe(204);
    await expectStored(client, path);
    expect(await admin.readTicket(ticket.number)).toMatchObject({ archives_count: 1 });
  });

  it('goes on after a kill of the process, and the sha256 is that of all bytes', async () => {
    const { client, path } = await newUpload();
    await client.patch(path, 0, bytes.subarray(0, 7 * MIB));
    await server.kill();
    await server.start();
    expect(await offsetOf(client, path)).toBe(7 * MIB);
    expect((await client.patch(path, 7 * MIB, bytes.subarray(7 * MIB))).status).toBe(204);
    await expectStored(client, path);
  });

  describe('a body that stands still for REQUEST_IDLE_TIMEOUT', () => {
    beforeAll(() => server.restart({ REQUEST_IDLE_TIMEOUT: '2s' }));

    it('gets 408 at the tus door, and the offset is kept', async () => {
      const { ticket, client, path } = await newUpload();
      const startedAt = performance.now();
      const connection = await hangingPatch(ticket.token, path, 0, 3 * MIB);
      const answer = await connection.answer();
      expect(JSON.parse(answer?.body ?? '{}')).toMatchObject({ status: 408, code: 'body_timeout' });
      expect(performance.now() - startedAt).toBeGreaterThan(1_900);
      // Far from the minute that it would be else.
      expect(performance.now() - startedAt).toBeLessThan(15_000);
      connection.close();
      expect(await offsetOf(client, path)).toBe(3 * MIB);
      expect((await goOn(client, path)).status).toBe(204);
      await expectStored(client, path);
    });

    it.each([
      ['PUT /api/v1/archives/slow.bin', 'text/plain', 'some text'],
      [
        'POST /api/v1/archives/',
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ntext',
      ],
    ])('gets 408 at %s, nothing is kept and the attempt is free', async (line, type, text) => {
      numbers += 1;
      const ticket = await admin.createTicket(`SUP-${numbers}`, { attempts: 1 });
      const before = server.files().length;
      const connection = await RawConnection.open(server);
      connection.head(line, [
        ['Upload-Token', ticket.token],
        ['Content-Type', type],
        ['Content-Length', '1000000'],
      ]);
      await connection.write(text);
      // A trickle is no movement: it stays far below 1 KiB/s.
      const trickle = setInterval(() => void connection.write('x'), 100);
      expect(JSON.parse((await connection.answer())?.body ?? '{}')).toMatchObject({
        status: 408,
        code: 'body_timeout',
      });
      clearInterval(trickle);
      connection.close();
      expect(await admin.readTicket(ticket.number)).toMatchObject({ attempts: 1, archives_count: 0 });
      expect(await admin.expect(200, 'GET', `/api/v1/tickets/${ticket.number}/uploads`)).toEqual([]);
      expect(server.files()).toHaveLength(before);
    });
  });
});
