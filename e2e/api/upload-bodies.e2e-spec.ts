import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { DOORS, uploadThrough } from '../support/doors.js';
import { RawConnection, rawRequest } from '../support/raw-http.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const BOUNDARY = 'a-boundary';
const CLOSE = `\r\n--${BOUNDARY}--\r\n`;

describe('Bodies that are not what they should be', () => {
  let server: TestServer;
  let admin: Admin;
  let token: string;

  beforeAll(async () => {
    server = await TestServer.start();
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    token = (await admin.createTicket('SUP-1', { attempts: 1 })).token;
  });

  afterAll(() => server.dispose());

  /** Whatever was refused: the one attempt is free, nothing is under way, and no byte was kept. */
  async function expectNothingKept(): Promise<void> {
    expect(await admin.readTicket('SUP-1')).toMatchObject({ attempts: 1, archives_count: 0 });
    expect(await admin.expect(200, 'GET', '/api/v1/tickets/SUP-1/uploads')).toEqual([]);
    expect(server.files()).toEqual([]);
  }

  function part(name: string, content: string, fileName?: string): string {
    const file = fileName === undefined ? '' : `; filename="${fileName}"`;
    return `\r\n--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${content}`;
  }

  function postForm(body: Uint8Array | string, type = `multipart/form-data; boundary=${BOUNDARY}`) {
    return rawRequest(
      server,
      'POST /api/v1/archives/',
      [
        ['Upload-Token', token],
        ['Content-Type', type],
        ['Content-Length', String(Buffer.byteLength(body))],
      ],
      body,
    );
  }

  it.each(DOORS)('400 file_empty, attempt kept, for an empty file through %s', async (door) => {
    const reply = await uploadThrough(server, door, { token, name: 'empty.log', bytes: Buffer.alloc(0) });
    expect(reply.body).toMatchObject({ status: 400, code: 'file_empty' });
    await expectNothingKept();
  });

  it('400 for an empty body without a declared length', async () => {
    for (const line of ['PUT /api/v1/archives/a.log', 'PUT /api/v1/archives/']) {
      const chunked: [string, string][] = [
        ['Upload-Token', token],
        ['Transfer-Encoding', 'chunked'],
      ];
      const answer = await rawRequest(server, line, chunked, '0\r\n\r\n');
      expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status: 400, code: 'file_empty' });
    }
    expect((await rawRequest(server, 'PUT /api/v1/archives/a.log', [['Upload-Token', token]]))?.status).toBe(400);
    await expectNothingKept();
  });

  it.each([
    ['no part at all', CLOSE, 'file_missing'],
    ['no part "file"', `${part('other', 'x', 'a.log')}${CLOSE}`, 'file_missing'],
    ['a field "file" that is no file', `${part('file', 'text')}${CLOSE}`, 'file_missing'],
    ['two parts "file"', `${part('file', 'one', 'a.log')}${part('file', 'two', 'b.log')}${CLOSE}`, 'several_files'],
    ['no final boundary', part('file', 'text', 'a.log'), 'multipart_broken'],
    ['an end in the middle of a part header', `\r\n--${BOUNDARY}\r\nContent-Disposition: form-d`, 'multipart_broken'],
    ['no multipart in it', 'just text', 'multipart_broken'],
  ])('400, attempt kept, for a form with %s', async (_what, body, code) => {
    const answer = await postForm(body);
    expect(JSON.parse(answer?.body ?? '{}')).toMatchObject({ status: 400, code });
    await expectNothingKept();
  });

  it.each([
    ['another boundary', 'multipart/form-data; boundary=other'],
    ['no boundary', 'multipart/form-data'],
    ['an empty boundary', 'multipart/form-data; boundary='],
    ['a boundary of 10 kB', `multipart/form-data; boundary=${'x'.repeat(10_000)}`],
    ['another type', 'application/x-www-form-urlencoded'],
  ])('400, attempt kept, for a form that declares %s', async (_what, type) => {
    const answer = await postForm(`${part('file', 'text', 'a.log')}${CLOSE}`, type);
    expect(answer?.status).toBe(400);
    await expectNothingKept();
  });

  it('stays flat in memory through 100,000 parts and a part header of 1 MiB', async () => {
    const memory = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]);
    const before = memory();
    const parts = Buffer.from(Array.from({ length: 100_000 }, (_, index) => part(`f${index}`, 'x')).join('') + CLOSE);
    expect(JSON.parse((await postForm(parts))?.body ?? '{}')).toMatchObject({ status: 400 });
    const header = `\r\n--${BOUNDARY}\r\nX-Long: ${'x'.repeat(MIB)}\r\n\r\ntext${CLOSE}`;
    expect((await postForm(header))?.status).toBe(400);
    expect((memory() - before) / 1024).toBeLessThan(96);
    await expectNothingKept();
  });

  it('keeps nothing of a body that is shorter than its Content-Length', async () => {
    for (const [line, type, body] of [
      ['PUT /api/v1/archives/a.log', 'text/plain', patternedBytes(MIB)],
      ['POST /api/v1/archives/', `multipart/form-data; boundary=${BOUNDARY}`, part('file', 'text', 'a.log')],
    ] as const) {
      const connection = await RawConnection.open(server);
      connection.head(line, [
        ['Upload-Token', token],
        ['Content-Type', type],
        ['Content-Length', String(2 * MIB)],
      ]);
      await connection.write(body);
      await delay(50);
      connection.cut();
      await eventually(expectNothingKept);
    }
  });

  it('keeps nothing of a chunked body that breaks off, or whose chunks are not well formed', async () => {
    for (const rest of [undefined, 'zz\r\n']) {
      const connection = await RawConnection.open(server);
      connection.head('PUT /api/v1/archives/a.log', [
        ['Upload-Token', token],
        ['Transfer-Encoding', 'chunked'],
      ]);
      await connection.writeChunk(patternedBytes(MIB));
      await delay(50);
      if (rest) {
        await connection.write(rest);
        expect((await connection.answer())?.status).toBe(400);
      }
      connection.cut();
      await eventually(expectNothingKept);
    }
  });

  it.each([
    [
      'both a length and chunks',
      [
        ['Content-Length', '4'],
        ['Transfer-Encoding', 'chunked'],
      ],
      '4\r\ntext\r\n0\r\n\r\n',
    ],
    [
      'two lengths',
      [
        ['Content-Length', '4'],
        ['Content-Length', '5'],
      ],
      'text',
    ],
    ['two codings', [['Transfer-Encoding', 'gzip, chunked, identity']], '4\r\ntext\r\n0\r\n\r\n'],
    ['a length that is none', [['Content-Length', '1e3']], 'text'],
  ] as [string, [string, string][], string][])('400 for a request with %s', async (_what, headers, body) => {
    const answer = await rawRequest(server, 'PUT /api/v1/archives/a.log', [['Upload-Token', token], ...headers], body);
    expect(answer?.status).toBe(400);
    await expectNothingKept();
  });

  it('422 and nothing kept where Repr-Digest names other bytes', async () => {
    const wrong = Buffer.from(sha256(Buffer.from('other')), 'hex').toString('base64');
    const reply = await uploadThrough(server, 'a raw PUT', {
      token,
      name: 'a.log',
      bytes: Buffer.from('text'),
      headers: { 'Repr-Digest': `sha-256=:${wrong}:` },
    });
    expect(reply.body).toMatchObject({ status: 422, code: 'digest_mismatch' });
    await expectNothingKept();
  });

  it('400 for a body that is longer than its Content-Length, and nothing is kept', async () => {
    const connection = await RawConnection.open(server);
    connection.head('PUT /api/v1/archives/short.log', [
      ['Upload-Token', token],
      ['Content-Length', '4'],
    ]);
    await connection.write('text and more');
    expect(await connection.until('HTTP/1.1 400')).toBe(true);
    connection.close();
    await eventually(expectNothingKept);
  });

  /** A client that went away is noticed a moment later. */
  async function eventually(check: () => Promise<void>): Promise<void> {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await delay(50)) {
      try {
        return await check();
      } catch {
        // Not yet.
      }
    }
    await check();
  }
});
