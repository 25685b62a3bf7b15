import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { rawRequest } from '../support/raw-http.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const OFFSET_TYPE = { 'Content-Type': 'application/offset+octet-stream' };
const bytes = patternedBytes(64 * 1024, 3);

describe('tus 1.0.0', () => {
  let server: TestServer;
  let admin: Admin;
  let token: string;
  let client: TusClient;
  let names = 0;

  beforeAll(async () => {
    server = await TestServer.start({ MAX_UPLOAD_BYTES: '8MiB' });
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    token = (await admin.createTicket('SUP-1', { attempts: 100 })).token;
    client = new TusClient(server, token);
  });

  afterAll(() => server.dispose());

  function newName(): string {
    names += 1;
    return `file-${names}.bin`;
  }

  async function offsetOf(path: string): Promise<string | null> {
    return (await client.head(path)).headers.get('upload-offset');
  }

  async function uploadsUnderWay(): Promise<unknown[]> {
    return admin.expect<unknown[]>(200, 'GET', '/api/v1/tickets/SUP-1/uploads');
  }

  async function codeOf(response: Response): Promise<unknown> {
    return ((await response.json()) as { code: unknown }).code;
  }

  it('tells in OPTIONS what it understands, without a token', async () => {
    const reply = await fetch(`${server.url}/api/v1/uploads`, { method: 'OPTIONS' });
    expect(reply.status).toBe(204);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'tus-resumable': '1.0.0',
      'tus-version': '1.0.0',
      'tus-extension': 'creation,creation-with-upload,creation-defer-length,expiration,termination,checksum',
      'tus-max-size': String(8 * MIB),
      'tus-checksum-algorithm': 'sha1,sha256',
    });
  });

  it('tells in OPTIONS of an upload what may be asked there, without a token and without Tus-Resumable', async () => {
    const path = await client.begin(4, newName());
    const reply = await fetch(`${server.url}${path}`, { method: 'OPTIONS' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([204, 'DELETE, GET, HEAD, PATCH, POST, OPTIONS']);
    await client.request('DELETE', path, {});
  });

  it('412 with Tus-Version for a POST to an upload that says nothing of the version, and the upload stays', async () => {
    const path = await client.begin(4, newName());
    const post = (headers: Record<string, string>) =>
      fetch(`${server.url}${path}`, { method: 'POST', headers: { 'Upload-Token': token, ...headers } });
    for (const method of ['PATCH', 'HEAD', 'DELETE']) {
      const refused = await post({ 'X-HTTP-Method-Override': method, ...OFFSET_TYPE, 'Upload-Offset': '0' });
      expect([refused.status, refused.headers.get('tus-version')]).toEqual([412, '1.0.0']);
    }
    expect((await post({})).status).toBe(405);
    expect(await offsetOf(path)).toBe('0');
    await client.request('DELETE', path, {});
  });

  it.each(['0.2.2', '2.0.0', ''])('412 with Tus-Version for the version "%s"', async (version) => {
    const reply = await client.create(4, newName(), { 'Tus-Resumable': version });
    expect([reply.status, reply.headers.get('tus-version')]).toEqual([412, '1.0.0']);
  });

  it('carries Tus-Resumable in every answer, refusals included', async () => {
    const path = await client.begin(4, newName());
    for (const reply of [
      await client.head(path),
      await client.patch(path, 3, Buffer.from('x')),
      await client.patch(`${path}0`, 0, Buffer.from('x')),
      await client.create(0, newName()),
      await client.request('DELETE', path, {}),
    ]) {
      expect([reply.status, reply.headers.get('tus-resumable')]).toEqual([reply.status, '1.0.0']);
    }
  });

  it('answers creation with a path-only Location, the length, the expiry; HEAD adds the metadata', async () => {
    const name = newName();
    // As it came: with keys we do not know, an order and a name that we would write in another way.
    const metadata = `is_confidential,filename ${btoa(`../${name}`)},x-case NDI=`;
    const reply = await client.create(bytes.length, name, { 'Upload-Metadata': metadata });
    const path = reply.headers.get('location') ?? '';
    expect(path).toMatch(/^\/api\/v1\/uploads\/[0-9a-f]{32}$/);
    const expires = Date.parse(reply.headers.get('upload-expires') ?? '');
    expect(expires - Date.now()).toBeGreaterThan(6 * 24 * 3_600_000);
    const head = await client.head(path);
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'upload-offset': '0',
      'upload-length': String(bytes.length),
      'cache-control': 'no-store',
      'upload-metadata': metadata,
    });
    await client.request('DELETE', path, {});
    const bare = await client.request('POST', '/api/v1/uploads', { 'Upload-Length': '4' });
    const barePath = bare.headers.get('location') ?? '';
    expect((await client.head(barePath)).headers.get('upload-metadata')).toBeNull();
    await client.request('DELETE', barePath, {});
  });

  it('ends with Upload-Archive and Repr-Digest; GET tells the state, then the receipt', async () => {
    const name = newName();
    const path = await client.begin(bytes.length, name);
    await client.patch(path, 0, bytes.subarray(0, 1000));
    const state = (await (await client.request('GET', path, {})).json()) as Record<string, unknown>;
    expect(state).toMatchObject({ state: 'receiving', offset: 1000, size: bytes.length, name });
    const last = await client.patch(path, 1000, bytes.subarray(1000));
    expect(last.status).toBe(204);
    expect(last.headers.get('repr-digest')).toBe(`sha-256=:${Buffer.from(sha256(bytes), 'hex').toString('base64')}:`);
    const receipt = (await (await client.request('GET', path, {})).json()) as Record<string, unknown>;
    expect(receipt).toMatchObject({ id: last.headers.get('upload-archive'), name, sha256: sha256(bytes) });
    const head = await client.head(path);
    expect(head.headers.get('upload-archive')).toBe(receipt.id);
    expect(head.headers.get('upload-offset')).toBe(String(bytes.length));
  });

  it('answers a repeated last PATCH, whose answer was lost, as it answered the first', async () => {
    const path = await client.begin(bytes.length, newName());
    const first = await client.patch(path, 0, bytes);
    const again = await client.patch(path, 0, bytes);
    expect([again.status, again.headers.get('upload-archive')]).toEqual([204, first.headers.get('upload-archive')]);
    expect((await client.patch(path, 10, bytes.subarray(0, 10))).status).toBe(409);
  });

  it('takes the first bytes with the creation', async () => {
    const some = await client.create(bytes.length, newName(), {});
    expect(some.headers.get('upload-offset')).toBe('0');
    await client.request('DELETE', some.headers.get('location') ?? '', {});
    const whole = await client.request(
      'POST',
      '/api/v1/uploads',
      { ...OFFSET_TYPE, 'Upload-Length': String(bytes.length) },
      bytes,
    );
    expect([whole.status, whole.headers.get('upload-offset')]).toEqual([201, String(bytes.length)]);
    expect(whole.headers.get('upload-archive')).not.toBeNull();
  });

  it.each([
    ['more bytes than announced', { 'Upload-Length': '3' }, 413],
    ['a checksum of an unknown kind', { 'Upload-Length': '4', 'Upload-Checksum': 'md5 eA==' }, 400],
    [
      'a damaged chunk',
      { 'Upload-Length': '4', 'Upload-Checksum': `sha1 ${Buffer.alloc(20).toString('base64')}` },
      460,
    ],
  ])('holds no attempt for a creation refused for %s', async (_what, headers, status) => {
    const before = (await uploadsUnderWay()).length;
    const reply = await client.request('POST', '/api/v1/uploads', { ...OFFSET_TYPE, ...headers }, Buffer.from('text'));
    expect(reply.status).toBe(status);
    expect(await uploadsUnderWay()).toHaveLength(before);
  });

  it('finishes an upload whose length was deferred once the length is declared', async () => {
    const created = await client.request('POST', '/api/v1/uploads', { 'Upload-Defer-Length': '1' });
    const path = created.headers.get('location') ?? '';
    expect([created.status, created.headers.get('upload-defer-length')]).toEqual([201, '1']);
    await client.patch(path, 0, bytes.subarray(0, 1000));
    expect((await client.patch(path, 1000, Buffer.alloc(0), { 'Upload-Length': '999' })).status).toBe(400);
    const declared = await client.patch(path, 1000, Buffer.alloc(0), { 'Upload-Length': '2000' });
    expect([declared.status, declared.headers.get('upload-length')]).toEqual([204, '2000']);
    expect((await client.patch(path, 1000, Buffer.alloc(0), { 'Upload-Length': '2001' })).status).toBe(400);
    const last = await client.patch(path, 1000, bytes.subarray(1000, 2000), { 'Upload-Length': '2000' });
    expect([last.status, last.headers.get('upload-archive')]).toEqual([204, expect.any(String)]);
  });

  it.each([
    [{}],
    [{ 'Upload-Length': '4', 'Upload-Defer-Length': '1' }],
    [{ 'Upload-Defer-Length': '2' }],
    [{ 'Upload-Length': '-1' }],
    [{ 'Upload-Length': '1e3' }],
    [{ 'Upload-Length': '0x10' }],
    [{ 'Upload-Length': '99999999999999999999' }],
    [{ 'Upload-Length': '4', 'Upload-Metadata': 'sha256 eA==' }],
  ])('400 for a creation with %j', async (headers) => {
    expect((await client.request('POST', '/api/v1/uploads', headers)).status).toBe(400);
  });

  it('413 with Upload-Limit for a creation beyond Tus-Max-Size', async () => {
    const reply = await client.create(8 * MIB + 1, newName());
    expect([reply.status, reply.headers.get('upload-limit')]).toEqual([413, `max-size=${8 * MIB}`]);
  });

  it('409 with the right offset for another one, and 400 for what is no number; the bytes are untouched', async () => {
    const path = await client.begin(100, newName());
    await client.patch(path, 0, bytes.subarray(0, 10));
    for (const wrong of [0, 9, 11, 100, 5_000_000_000]) {
      const reply = await client.patch(path, wrong, bytes.subarray(0, 10));
      expect([wrong, reply.status, reply.headers.get('upload-offset')]).toEqual([wrong, 409, '10']);
    }
    for (const wrong of ['-1', '1e1', '0x0a', '10,10', '10.0', '', ' ', 'ten', '٣']) {
      const answer = await rawRequest(
        server,
        `PATCH ${path}`,
        [...tusHeaders(), ['Upload-Offset', Buffer.from(wrong).toString('latin1')], ['Content-Length', '1']],
        'x',
      );
      expect([wrong, answer?.status]).toEqual([wrong, 400]);
    }
    const twice = await rawRequest(
      server,
      `PATCH ${path}`,
      [...tusHeaders(), ['Upload-Offset', '10'], ['Upload-Offset', '10'], ['Content-Length', '1']],
      'x',
    );
    expect(twice?.status).toBe(400);
    expect((await client.request('PATCH', path, OFFSET_TYPE, bytes.subarray(0, 1))).status).toBe(400);
    expect(await offsetOf(path)).toBe('10');
    await client.request('DELETE', path, {});
  });

  it('415 for another Content-Type', async () => {
    const path = await client.begin(100, newName());
    const reply = await client.patch(path, 0, bytes.subarray(0, 10), { 'Content-Type': 'application/octet-stream' });
    expect([reply.status, await offsetOf(path)]).toEqual([415, '0']);
    await client.request('DELETE', path, {});
  });

  it.each(['sha1', 'sha256'])(
    '460 for a damaged chunk with %s, offset unchanged; the right one completes it',
    async (algorithm) => {
      const checksum = (chunk: Uint8Array) => ({
        'Upload-Checksum': `${algorithm} ${createHash(algorithm).update(chunk).digest('base64')}`,
      });
      const [first, second] = [bytes.subarray(0, 20_000), bytes.subarray(20_000)];
      const path = await client.begin(bytes.length, newName());
      expect((await client.patch(path, 0, first, checksum(first))).status).toBe(204);
      const damaged = Buffer.from(second);
      damaged[7] = (damaged[7] ?? 0) ^ 1;
      const refused = await client.patch(path, 20_000, damaged, checksum(second));
      expect([refused.status, await codeOf(refused)]).toEqual([460, 'checksum_mismatch']);
      expect(await offsetOf(path)).toBe('20000');
      const unknown = await client.patch(path, 20_000, second, { 'Upload-Checksum': 'crc32 AAAAAA==' });
      expect([unknown.status, await offsetOf(path)]).toEqual([400, '20000']);
      const right = await client.patch(path, 20_000, second, checksum(second));
      expect(right.status).toBe(204);
      expect(await (await client.request('GET', path, {})).json()).toMatchObject({ sha256: sha256(bytes) });
    },
  );

  it('413 for more bytes than announced, with and without a Content-Length; never more than the length is kept', async () => {
    const path = await client.begin(10, newName());
    expect((await client.patch(path, 0, bytes.subarray(0, 11))).status).toBe(413);
    expect(await offsetOf(path)).toBe('0');
    const chunked = await rawRequest(
      server,
      `PATCH ${path}`,
      [...tusHeaders(), ['Upload-Offset', '0'], ['Transfer-Encoding', 'chunked']],
      Buffer.concat([Buffer.from('b\r\n'), bytes.subarray(0, 11), Buffer.from('\r\n0\r\n\r\n')]),
    );
    expect(JSON.parse(chunked?.body ?? '{}')).toMatchObject({ status: 413, code: 'upload_length_exceeded' });
    expect(Number(await offsetOf(path))).toBeLessThanOrEqual(10);
  });

  it('422 where the bytes are not those of the metadata sha256; all is thrown away and the attempt is back', async () => {
    const before = await admin.readTicket('SUP-1');
    const metadata = `filename ${btoa('x.bin')},sha256 ${btoa('0'.repeat(64))}`;
    const created = await client.create(bytes.length, 'x.bin', { 'Upload-Metadata': metadata });
    const path = created.headers.get('location') ?? '';
    const last = await client.patch(path, 0, bytes);
    expect([last.status, await codeOf(last)]).toEqual([422, 'digest_mismatch']);
    expect((await client.head(path)).status).toBe(404);
    expect(await admin.readTicket('SUP-1')).toMatchObject({ attempts: before.attempts });
  });

  it('404 for an upload of another token, for one that is not there, and after termination', async () => {
    const stranger = new TusClient(server, (await admin.createTicket('SUP-2')).token);
    const path = await client.begin(10, newName());
    for (const method of ['HEAD', 'GET', 'DELETE']) expect((await stranger.request(method, path, {})).status).toBe(404);
    expect((await stranger.patch(path, 0, bytes.subarray(0, 10))).status).toBe(404);
    expect((await fetch(`${server.url}${path}`)).status).toBe(401);
    expect((await client.request('DELETE', path, {})).status).toBe(204);
    for (const gone of [path, '/api/v1/uploads/..%2f..%2fx', `/api/v1/uploads/${'a'.repeat(32)}`]) {
      expect((await client.head(gone)).status).toBe(404);
    }
    expect(server.files().filter((file) => file.startsWith('uploads/'))).toEqual([]);
  });

  it('follows X-HTTP-Method-Override for PATCH, HEAD and DELETE here, and nowhere else', async () => {
    const path = await client.begin(10, newName());
    const as = (method: string, headers: Record<string, string> = {}, body?: Uint8Array<ArrayBuffer>) =>
      client.request('POST', path, { 'X-HTTP-Method-Override': method, ...headers }, body);
    const patched = await as('PATCH', { ...OFFSET_TYPE, 'Upload-Offset': '0' }, bytes.subarray(0, 4));
    expect([patched.status, patched.headers.get('upload-offset')]).toEqual([204, '4']);
    const head = await as('HEAD');
    expect([head.status, head.headers.get('upload-offset'), await head.text()]).toEqual([200, '4', '']);
    expect((await as('GET')).status).toBe(405);
    expect((await as('DELETE')).status).toBe(204);
    const elsewhere = await admin.request('POST', '/api/v1/tickets/SUP-1', undefined, {
      'X-HTTP-Method-Override': 'DELETE',
    });
    expect(elsewhere.status).toBe(405);
    expect((await admin.readTicket('SUP-1')).number).toBe('SUP-1');
  });

  it('finds the same upload again by its Upload-Key, also when the first bytes came with the creation', async () => {
    const key = { 'Upload-Key': 'a secret of the client' };
    const headers = { ...OFFSET_TYPE, ...key, 'Upload-Length': String(bytes.length) };
    const first = await client.request('POST', '/api/v1/uploads', headers, bytes.subarray(0, 1000));
    expect([first.status, first.headers.get('upload-offset')]).toEqual([201, '1000']);
    const again = await client.request('POST', '/api/v1/uploads', headers, bytes.subarray(0, 1000));
    expect([again.status, again.headers.get('location'), again.headers.get('upload-offset')]).toEqual([
      201,
      first.headers.get('location'),
      '1000',
    ]);
    await client.patch(first.headers.get('location') ?? '', 1000, bytes.subarray(1000));
    const finished = await client.create(bytes.length, 'other.bin', key);
    expect(finished.headers.get('upload-archive')).not.toBeNull();
    const many = await Promise.all(
      Array.from({ length: 10 }, () => client.create(10, 'many.bin', { 'Upload-Key': 'one of ten at once' })),
    );
    expect(new Set(many.map((reply) => `${reply.status} ${reply.headers.get('location')}`)).size).toBe(1);
    expect(many[0]?.status).toBe(201);
  });

  it('refuses an Upload-Key that another file has, before and after that one is finished', async () => {
    const key = { 'Upload-Key': 'a secret of one file' };
    const named = (name: string, more = '') => ({ ...key, 'Upload-Metadata': `filename ${btoa(name)}${more}` });
    const first = await client.create(bytes.length, 'one.bin', key);
    const path = first.headers.get('location') ?? '';
    const others: [number, Record<string, string>][] = [
      [bytes.length + 1, named('one.bin')],
      [bytes.length, named('two.bin')],
    ];
    const refuseOthers = async (): Promise<void> => {
      for (const [length, headers] of others) {
        const refused = await client.create(length, '', headers);
        expect([refused.status, refused.headers.get('location')]).toEqual([422, null]);
        expect(await refused.json()).toMatchObject({ code: 'upload_key_reused' });
      }
    };
    await refuseOthers();
    expect((await client.head(path)).headers.get('upload-offset')).toBe('0');
    await client.patch(path, 0, bytes);
    await refuseOthers();
    const otherDigest = await client.create(bytes.length, '', named('one.bin', `,sha256 ${btoa('0'.repeat(64))}`));
    expect(otherDigest.status).toBe(422);
    const again = await client.create(bytes.length, 'one.bin', key);
    expect([again.status, again.headers.get('location')]).toEqual([201, path]);
  });

  function tusHeaders(): [string, string][] {
    return [
      ['Upload-Token', token],
      ['Tus-Resumable', '1.0.0'],
      ['Content-Type', 'application/offset+octet-stream'],
    ];
  }
});
