import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { curl } from '../support/curl.js';
import { RawConnection, rawRequest } from '../support/raw-http.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const bytes = patternedBytes(3 * MIB, 7);

describe('The requests that scripts at customers send', () => {
  const directory = mkdtempSync(join(tmpdir(), 'logs-collector-curl-'));
  const file = join(directory, 'support bundle.tar.gz');
  let server: TestServer;
  let admin: Admin;
  let token: string;

  beforeAll(async () => {
    writeFileSync(file, bytes);
    server = await TestServer.start({ MAX_UPLOAD_BYTES: '8MiB' });
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    token = (await admin.createTicket('SUP-1', { attempts: 50 })).token;
  });

  afterAll(async () => {
    await server.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  it('stores what the original uploader.sh sends: a form, a token with a space behind it, Expect: 100-continue', async () => {
    const sent = await curl([
      ...['-X', 'POST', '-H', `Upload-Token: ${token} `, '-H', 'Expect: 100-continue'],
      ...['-F', `file=@${file}`, `${server.url}/api/v1/archives/`],
    ]);
    expect([sent.exitCode, sent.status]).toEqual([0, 201]);
    expect(sent.log).toContain('< HTTP/1.1 100 Continue');
    expect(JSON.parse(sent.body)).toEqual({
      id: expect.any(String),
      file: expect.stringContaining('/download'),
      ticket: 'SUP-1',
      name: 'support bundle.tar.gz',
      size: bytes.length,
      sha256: sha256(bytes),
      time_create: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      receipt: expect.any(String),
    });
  });

  it('tells who asks /check/token/{token} beforehand that a token allows nothing more: expired, withdrawn', async () => {
    const attemptsOf = async (text: string): Promise<unknown> => {
      const reply = await fetch(`${server.url}/api/v1/check/token/${text}`);
      return ((await reply.json()) as { attempts: number }).attempts;
    };
    const path = '/api/v1/tickets/SUP-1/tokens';
    const made = await admin.expect<{ id: string; token: string }>(201, 'POST', path, { attempts: 2 });
    expect(await attemptsOf(made.token)).toBe(2);
    await admin.expect(200, 'PATCH', `/api/v1/tokens/${made.id}`, { expires_at: '2020-01-01T00:00:00Z' });
    expect(await attemptsOf(made.token)).toBe(0);
    const withdrawn = await admin.expect<{ id: string; token: string }>(201, 'POST', path, { attempts: 2 });
    await admin.expect(204, 'DELETE', `/api/v1/tokens/${withdrawn.id}`);
    expect(await attemptsOf(withdrawn.token)).toBe(0);
  });

  it('stores curl -T file under its name', async () => {
    const sent = await curl(['-T', file, '-H', `Upload-Token: ${token}`, `${server.url}/api/v1/archives/`]);
    expect([sent.exitCode, sent.status]).toEqual([0, 201]);
    expect(JSON.parse(sent.body)).toMatchObject({ name: 'support bundle.tar.gz', sha256: sha256(bytes) });
  });

  it('stores curl -T - (chunked, without a length) under stdin-<time>', async () => {
    const sent = await curl(['-T', '-', '-H', `Upload-Token: ${token}`, `${server.url}/api/v1/archives/`], bytes);
    expect([sent.exitCode, sent.status]).toEqual([0, 201]);
    expect(sent.log).toContain('Transfer-Encoding: chunked');
    expect(JSON.parse(sent.body)).toMatchObject({
      name: expect.stringMatching(/^stdin-\d{8}T\d{6}\.\d{3}Z$/),
      size: bytes.length,
      sha256: sha256(bytes),
    });
  });

  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'takes a raw body of any Content-Type as it is: %s',
    async (type) => {
      const name = `${type.replace(/\W/g, '-')}.log`;
      const text = '{"not": parsed';
      const sent = await fetch(`${server.url}/api/v1/archives/${name}`, {
        method: 'PUT',
        headers: { 'Upload-Token': token, 'Content-Type': type },
        body: text,
      });
      expect(sent.status).toBe(201);
      expect(await sent.json()).toMatchObject({ name, size: text.length, sha256: sha256(Buffer.from(text)) });
    },
  );

  describe('Expect: 100-continue', () => {
    const put = (presented: string, length: number | string): [string, string][] => [
      ['Upload-Token', presented],
      ['Expect', '100-continue'],
      ['Content-Length', String(length)],
    ];

    it('is answered with 100 only after the checks, and then the body is taken', async () => {
      const connection = await RawConnection.open(server);
      connection.head('PUT /api/v1/archives/patient.bin', put(token, bytes.length));
      expect(await connection.until('HTTP/1.1 100 Continue\r\n\r\n')).toBe(true);
      void connection.write(bytes);
      expect((await connection.answer())?.status).toBe(201);
      connection.close();
    });

    it.each([
      ['no such token', 403, 'upload_token_unknown', () => put('nobody', 10)],
      ['more than MAX_UPLOAD_BYTES', 413, 'archive_too_large', () => put(token, 8 * MIB + 1)],
      ['an empty body', 400, 'file_empty', () => put(token, 0)],
    ] as const)('is answered at once, without 100, where it is refused: %s', async (_what, status, code, headers) => {
      const connection = await RawConnection.open(server);
      connection.head('PUT /api/v1/archives/refused.bin', headers());
      const answer = await connection.answer();
      expect(answer?.status).toBe(status);
      expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code });
      expect(connection.received).not.toContain('100 Continue');
      connection.close();
    });

    it('is answered without 100 for a form that is too large or is none', async () => {
      const tooLarge = await rawRequest(server, 'POST /api/v1/archives/', [
        ...put(token, 20 * MIB),
        ['Content-Type', 'multipart/form-data; boundary=x'],
      ]);
      expect(tooLarge).toMatchObject({ status: 413, headers: { 'upload-limit': `max-size=${8 * MIB}` } });
      const connection = await RawConnection.open(server);
      connection.head('POST /api/v1/archives/', [...put(token, 5), ['Content-Type', 'application/json']]);
      expect((await connection.answer())?.status).toBe(400);
      expect(connection.received).not.toContain('100 Continue');
      connection.close();
    });

    it('is answered without 100 on a case that is closed', async () => {
      const closed = await admin.createTicket('SUP-CLOSED');
      await admin.expect(200, 'PATCH', '/api/v1/tickets/SUP-CLOSED', { resolved: true });
      const sent = await curl([
        ...['-H', 'Expect: 100-continue', '-H', `Upload-Token: ${closed.token}`],
        ...['-F', `file=@${file}`, `${server.url}/api/v1/archives/`],
      ]);
      expect([sent.exitCode, sent.status]).toEqual([0, 423]);
      expect(sent.log).not.toContain('100 Continue');
    });
  });

  it('lets curl see the refusal of a body that it has begun to send', async () => {
    const large = join(directory, 'large.bin');
    writeFileSync(large, Buffer.alloc(60 * MIB));
    for (const args of [
      ['-T', large],
      ['-T', '-'],
      ['-F', `file=@${large}`],
      ['-T', large, '-H', 'Connection: close'],
      ['-F', `file=@${large}`, '-H', 'Connection: close'],
      ['--http1.0', '-T', large],
    ]) {
      const sent = await curl(
        [...args, '-H', 'Expect:', '-H', 'Upload-Token: nobody-knows-it', `${server.url}/api/v1/archives/`],
        args.includes('-') ? Buffer.alloc(60 * MIB) : undefined,
      );
      expect([args, sent.exitCode, sent.status]).toEqual([args, 0, 403]);
    }
  });

  it('stays a usable connection after a refusal whose body was drained', async () => {
    const connection = await RawConnection.open(server);
    connection.head('PUT /api/v1/archives/a.bin', [
      ['Upload-Token', 'nobody-knows-it'],
      ['Content-Length', String(bytes.length)],
    ]);
    await connection.write(bytes);
    expect((await connection.answer())?.status).toBe(403);
    connection.received = '';
    await delay(20);
    connection.head('GET /health/live', []);
    expect((await connection.answer())?.status).toBe(200);
    connection.close();
  });

  it('ends a refused body that does not stop after 64 MiB, or after 5 s where that comes first', async () => {
    const connection = await RawConnection.open(server);
    connection.head('PUT /api/v1/archives/endless.bin', [
      ['Upload-Token', 'nobody-knows-it'],
      ['Transfer-Encoding', 'chunked'],
    ]);
    const block = Buffer.alloc(4 * MIB);
    const startedAt = performance.now();
    let sent = 0;
    for (; sent < 400 && !connection.socket.destroyed; sent += 4) await connection.writeChunk(block);
    expect(connection.received).toContain('HTTP/1.1 403');
    if (performance.now() - startedAt < 5_000) expect(sent).toBeGreaterThanOrEqual(64);
    expect(sent).toBeLessThan(200);
    connection.close();
  });
});
