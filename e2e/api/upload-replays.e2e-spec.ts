import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { DOORS, type Door, type DoorReply, uploadThrough } from '../support/doors.js';
import { TestServer } from '../support/server.js';
import { Admin, type TicketReply } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const bytes = patternedBytes(300_000, 4);

describe.each(['sqlite', 'postgres 18'] as const)('Repeated and racing uploads on %s', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let admin: Admin;
  let numbers = 0;

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

  function newTicket(attempts: number): Promise<TicketReply> {
    numbers += 1;
    return admin.createTicket(`SUP-${numbers}`, { attempts });
  }

  async function tokenOf(number: string): Promise<Record<string, unknown> | undefined> {
    return (await admin.expect<Record<string, unknown>[]>(200, 'GET', `/api/v1/tickets/${number}/tokens`))[0];
  }

  it('of 50 uploads that begin at once through all doors exactly as many succeed as there are attempts', async () => {
    const { token, number } = await newTicket(3);
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        uploadThrough(server, DOORS[index % DOORS.length] as Door, {
          token,
          name: `${index}.bin`,
          bytes: patternedBytes(50_000, index + 1),
        }),
      ),
    );
    const stored = replies.filter(({ status }) => status === 201);
    for (const { body } of replies.filter(({ status }) => status !== 201)) {
      expect(['attempts_in_use', 'attempts_exhausted']).toContain(body.code);
    }
    expect(stored).toHaveLength(3);
    expect(await admin.readTicket(number)).toMatchObject({ archives_count: 3 });
    expect(await tokenOf(number)).toMatchObject({ attempts: 0, attempts_open: 0, attempts_used: 3 });
    expect(server.files().filter((file) => file.startsWith('uploads/'))).toEqual([]);
    for (const { body } of stored) {
      const seed = Number.parseInt(String(body.name), 10) + 1;
      expect(body.sha256).toBe(sha256(patternedBytes(50_000, seed)));
    }
  });

  it.each(DOORS)(
    'the same file again through %s gets its receipt, also when the last attempt is spent',
    async (door) => {
      const { token, number } = await newTicket(1);
      const first = await uploadThrough(server, door, { token, name: 'a.bin', bytes });
      const files = server.files();
      const again = await uploadThrough(server, door, { token, name: 'a.bin', bytes });
      expect([first.status, again.status]).toEqual([201, 201]);
      expect(again.body).toEqual(first.body);
      expect(server.files()).toEqual(files);
      expect(await admin.readTicket(number)).toMatchObject({ archives_count: 1 });
      expect(await tokenOf(number)).toMatchObject({ attempts: 0, attempts_open: 0, attempts_used: 1 });
    },
  );

  it.each(DOORS)('gives the attempt back for the same file through %s while attempts are left', async (door) => {
    const { token, number } = await newTicket(2);
    await uploadThrough(server, door, { token, name: 'a.bin', bytes });
    await uploadThrough(server, door, { token, name: 'a.bin', bytes });
    expect(await tokenOf(number)).toMatchObject({ attempts: 1, attempts_open: 0, attempts_used: 1 });
  });

  it.each(DOORS)(
    '423 for other bytes of the same name and size through %s when all attempts are spent; none kept',
    async (door) => {
      const { token, number } = await newTicket(1);
      await uploadThrough(server, door, { token, name: 'a.bin', bytes });
      const files = server.files();
      const other = patternedBytes(bytes.length, 5);
      const refused = await uploadThrough(server, door, { token, name: 'a.bin', bytes: other });
      expect(refused.body).toMatchObject({ status: 423, code: 'attempts_exhausted' });
      expect(server.files()).toEqual(files);
      expect(await admin.readTicket(number)).toMatchObject({ archives_count: 1 });
    },
  );

  it('423 as soon as a body of undeclared length brings more than the file that it could repeat', async () => {
    const { token } = await newTicket(1);
    await uploadThrough(server, 'a raw PUT', { token, name: 'a.bin', bytes });
    const files = server.files();
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Buffer.alloc(65_536)),
    });
    const reply = await fetch(`${server.url}/api/v1/archives/a.bin`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: endless,
      duplex: 'half',
    });
    expect(await reply.json()).toMatchObject({ status: 423, code: 'attempts_exhausted' });
    expect(server.files()).toEqual(files);
  });

  it('stores the same bytes again under another name, as another archive', async () => {
    const { token, number } = await newTicket(2);
    await uploadThrough(server, 'a raw PUT', { token, name: 'a.bin', bytes });
    await uploadThrough(server, 'the form', { token, name: 'b.bin', bytes });
    expect(await admin.readTicket(number)).toMatchObject({ archives_count: 2 });
  });

  it('honours an Idempotency-Key: one archive, one attempt, whoever of twenty comes first', async () => {
    const { token, number } = await newTicket(5);
    const headers = { 'Idempotency-Key': 'one upload' };
    const send = (): Promise<DoorReply> => uploadThrough(server, 'a raw PUT', { token, name: 'a.bin', bytes, headers });
    const replies = await Promise.all(Array.from({ length: 20 }, send));
    for (const { status, body } of replies) {
      expect([201, 409]).toContain(status);
      if (status === 409) expect(body.code).toBe('upload_locked');
    }
    const last = await send();
    expect(last.status).toBe(201);
    expect(new Set([last, ...replies.filter(({ status }) => status === 201)].map(({ body }) => body.id)).size).toBe(1);
    expect(await tokenOf(number)).toMatchObject({ attempts: 4, attempts_open: 0, attempts_used: 1 });
  });

  it.each(['a raw PUT', 'the form'] as const)(
    'answers an Idempotency-Key through %s with the first receipt for the same file, and refuses it for another',
    async (door) => {
      const { token, number } = await newTicket(5);
      const headers = { 'Idempotency-Key': 'of one file' };
      const send = (file: { name: string; bytes: Uint8Array<ArrayBuffer> }): Promise<DoorReply> =>
        uploadThrough(server, door, { token, ...file, headers });
      const first = await send({ name: 'one.bin', bytes });
      const files = server.files();
      const again = await send({ name: 'one.bin', bytes });
      expect([again.status, again.body]).toEqual([201, first.body]);
      for (const other of [
        { name: 'two.bin', bytes },
        { name: 'one.bin', bytes: Buffer.from('another length') },
        { name: 'one.bin', bytes: patternedBytes(bytes.length, 9) },
        { name: 'one.bin', bytes: patternedBytes(bytes.length + 1, 4) },
      ]) {
        const refused = await send(other);
        expect([refused.status, refused.body.code]).toEqual([422, 'upload_key_reused']);
      }
      expect(server.files()).toEqual(files);
      expect(await admin.readTicket(number)).toMatchObject({ archives_count: 1 });
      expect(await tokenOf(number)).toMatchObject({ attempts: 4, attempts_open: 0, attempts_used: 1 });
    },
  );

  it('a repeated form is held to the rules of every form', async () => {
    const { token } = await newTicket(5);
    const request = { method: 'POST', headers: { 'Upload-Token': token, 'Idempotency-Key': 'a form' } };
    await uploadThrough(server, 'the form', { token, name: 'a.bin', bytes, headers: request.headers });
    const form = new FormData();
    form.append('file', new Blob([bytes]), 'a.bin');
    form.append('file', new Blob(['second']), 'b.bin');
    const reply = await fetch(`${server.url}/api/v1/archives/`, { ...request, body: form });
    expect(await reply.json()).toMatchObject({ status: 400, code: 'several_files' });
  });

  it('refuses a PUT of a part of a file, which would pass for the whole', async () => {
    const { token, number } = await newTicket(5);
    const headers = { 'Content-Range': `bytes 10-${bytes.length - 1}/${bytes.length}` };
    const refused = await uploadThrough(server, 'a raw PUT', { token, name: 'tail.bin', bytes, headers });
    expect([refused.status, refused.body.code]).toEqual([400, 'upload_header_invalid']);
    expect(await tokenOf(number)).toMatchObject({ attempts: 5, attempts_used: 0 });
  });

  it('an abandoned upload that is ended gives its attempt to the next', async () => {
    const { token } = await newTicket(1);
    const client = new TusClient(server, token);
    const path = await client.begin(10, 'abandoned.bin');
    expect((await client.create(10, 'next.bin')).status).toBe(423);
    await client.request('DELETE', path, {});
    expect((await client.create(10, 'next.bin')).status).toBe(201);
  });

  it('keeps every spent attempt while staff edit the token', async () => {
    const { token, number } = await newTicket(20);
    const view = await tokenOf(number);
    const edits = Array.from({ length: 20 }, (_, index) =>
      admin.request('PATCH', `/api/v1/tokens/${view?.id}`, { label: `edit ${index}` }),
    );
    const uploads = Array.from({ length: 12 }, (_, index) =>
      uploadThrough(server, 'a raw PUT', { token, name: `${index}.bin`, bytes: Buffer.from(`text ${index}`) }),
    );
    await Promise.all([...edits, ...uploads]);
    expect(await tokenOf(number)).toMatchObject({ attempts: 8, attempts_used: 12 });
  });
});
