import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { rawRequest } from '../support/raw-http.js';
import { TestServer } from '../support/server.js';
import { Admin, type TicketReply } from '../support/staff.js';

jest.setTimeout(120_000);

/** What a customer's machine may call a file, and what is left of it. Undefined: named by the time. */
const NAMES: readonly [string, string, string | undefined][] = [
  ['a path upwards', '../../etc/passwd', 'passwd'],
  ['an encoded path upwards', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', undefined],
  ['a path of Windows', 'C:\\logs\\app.log', 'app.log'],
  ['NUL', 'a\0b.log', 'ab.log'],
  ['CR LF and a header', 'a\r\nSet-Cookie: x=1.log', 'aSet-Cookie: x=1.log'],
  ['4 kB', `${'n'.repeat(4_000)}.tar.gz`, `${'n'.repeat(252)}.gz`],
  ['a mark that reverses text', 'invoice\u202Egpj.exe', 'invoicegpj.exe'],
  ['an emoji', 'журнал 🚀.log', 'журнал 🚀.log'],
  ['decomposed letters', 'cafe\u0301.log', 'caf\u00e9.log'],
  ['quotes and a semicolon', 'a"; filename="b.exe', undefined],
  ['a backslash and a quote', 'it\'s \\ 100% ".log', undefined],
  ['nothing', '', undefined],
  ['a dot', '.', undefined],
  ['two dots', '..', undefined],
  ['a slash at the end', 'logs/', undefined],
  ['a name of a device', 'con', 'con'],
  ['a hidden file', '.htaccess', '.htaccess'],
];

describe('Names of files', () => {
  let server: TestServer;
  let admin: Admin;
  let ticket: TicketReply;
  let around: string[];

  beforeAll(async () => {
    server = await TestServer.start();
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    ticket = await admin.createTicket('SUP-1', { attempts: 100 });
    around = dataFiles();
  });

  afterAll(() => server.dispose());

  /** Without what the server makes some time after its start, whatever customers do: the ballast, and its own lock. */
  const dataFiles = () =>
    readdirSync(server.dataDir)
      .filter((name) => !name.startsWith('ballast') && name !== 'processes')
      .sort();

  const senders: Record<string, (name: string, text: string) => Promise<number | undefined>> = {
    'the form': async (name, text) => {
      const head = `--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`;
      const body = Buffer.from(`${head}${text}\r\n--x--\r\n`);
      const headers: [string, string][] = [
        ['Upload-Token', ticket.token],
        ['Content-Type', 'multipart/form-data; boundary=x'],
        ['Content-Length', String(body.length)],
      ];
      return (await rawRequest(server, 'POST /api/v1/archives/', headers, body))?.status;
    },
    'a raw PUT': async (name, text) => {
      const headers: [string, string][] = [
        ['Upload-Token', ticket.token],
        ['Content-Length', String(text.length)],
      ];
      const path = name.startsWith('%') ? name : encodeURIComponent(name);
      return (await rawRequest(server, `PUT /api/v1/archives/${path}`, headers, text))?.status;
    },
    tus: async (name, text) => {
      const headers: [string, string][] = [
        ['Upload-Token', ticket.token],
        ['Tus-Resumable', '1.0.0'],
        ['Upload-Length', String(text.length)],
        ['Upload-Metadata', `filename ${Buffer.from(name).toString('base64')}`],
        ['Content-Type', 'application/offset+octet-stream'],
        ['Content-Length', String(text.length)],
      ];
      return (await rawRequest(server, 'POST /api/v1/uploads', headers, text))?.status;
    },
  };

  describe.each(Object.keys(senders))('that come through %s', (door) => {
    it.each(NAMES)('are stored clean and sent back safely: %s', async (what, given, expected) => {
      const status = await senders[door]?.(given, `${door}: ${what}`);
      // A form cannot carry CR LF in a name: its header ends there. It may be refused, or be named by what is before.
      if (door === 'the form' && status === 400) return expect(given).toMatch(/[\r\n\0]/);
      expect(status).toBe(201);
      const [archive] = await admin.expect<Record<string, string>[]>(200, 'GET', '/api/v1/archives?limit=1');
      const { id, name = '' } = archive ?? {};
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name).not.toMatch(/[/\\\p{Cc}\u202a-\u202e]|^\.*$/u);
      expect(name).toBe(name.normalize('NFC'));
      const isHeaderBroken = door === 'the form' && /[\r\n]/.test(given);
      if (expected !== undefined && !isHeaderBroken) expect(name).toBe(expected);
      const download = await admin.request('HEAD', `/api/v1/archives/${id}/download`);
      expect(parseDisposition(download.headers.get('content-disposition') ?? '')).toBe(name);
      expect(download.headers.get('set-cookie')).toBeNull();
    });
  });

  it('write nothing beside blobs/', async () => {
    expect(dataFiles()).toEqual(around);
    for (const path of server.files()) expect(path).toMatch(/^blobs\/[0-9a-z/.-]+$/);
  });
});

/** Reads the header as RFC 6266 has it, strictly: two parameters, nothing behind them. Answers the extended name. */
function parseDisposition(header: string): string {
  const match = /^attachment; filename="([\x20-\x21\x23-\x5b\x5d-\x7e]+)"; filename\*=UTF-8''([\w!#$&+.^`|~%-]+)$/.exec(
    header,
  );
  if (!match?.[2]) throw new Error(`not a safe Content-Disposition: ${header}`);
  return decodeURIComponent(match[2]);
}
