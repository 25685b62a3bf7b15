import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthApp, startAuthApp } from '../../test-support/auth-app.js';
import { settingsFrom, startTestApp, type TestApp } from '../../test-support/edge-app.js';

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('the rest of it')]);
const JPEG = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.from('the rest of it')]);
const WEBP = Buffer.from('RIFF\x10\0\0\0WEBPVP8 the rest of it', 'latin1');
const SVG = `<?xml version="1.0"?>\n<!-- Acme -->\n<svg xmlns="http://www.w3.org/2000/svg">${'<g/>'.repeat(500)}</svg>\n`;

describe('LOGO_FILE', () => {
  let directory: string;
  let test: TestApp | undefined;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'logs-collector-logo-'));
  });
  afterEach(async () => {
    await test?.close();
    test = undefined;
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const fileOf = (content: Buffer | string): string => {
    // The name says nothing of what is in it.
    const path = join(directory, 'logo.txt');
    writeFileSync(path, content);
    return path;
  };
  const ask = (headers: Readonly<Record<string, string>> = {}) =>
    (test as TestApp).app.inject({ url: '/api/v1/logo', headers });

  it.each([
    ['image/png', PNG],
    ['image/jpeg', JPEG],
    ['image/webp', WEBP],
    ['image/svg+xml', Buffer.from(SVG)],
    [
      'image/svg+xml',
      Buffer.from('\uFEFF<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n<svg/>'.replace('/>', '>')),
    ],
  ])('is served to everybody as %s, and can do nothing by itself', async (type, content) => {
    test = await startTestApp({ LOGO_FILE: fileOf(content) });
    const answer = await ask();
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, type]);
    expect(answer.rawPayload.equals(content)).toBe(true);
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' });
    expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none';.*; sandbox$/);
  });

  it('is not sent again to who has it, and compressed where it is text', async () => {
    test = await startTestApp({ LOGO_FILE: fileOf(SVG) });
    const { etag } = (await ask()).headers;
    const again = await ask({ 'if-none-match': String(etag) });
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
    expect((await ask({ 'if-none-match': 'W/"another"' })).statusCode).toBe(200);
    const small = await ask({ 'accept-encoding': 'gzip' });
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(small.rawPayload).toString()).toBe(SVG);
  });

  it('may be left out', async () => {
    test = await startTestApp();
    const answer = await ask();
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found']);
  });

  it.each([
    [
      'a file that is not there',
      () => join(directory, 'nowhere.png'),
      /^LOGO_FILE names a file that cannot be read \(ENOENT\)$/,
    ],
    ['a directory', () => directory, /^LOGO_FILE names a file that cannot be read \(EISDIR\)$/],
    ['a page', () => fileOf('<html><svg></svg></html>'), /^LOGO_FILE must name a PNG, JPEG, WebP or SVG image$/],
    ['an empty file', () => fileOf(''), /^LOGO_FILE must name a PNG, JPEG, WebP or SVG image$/],
    [
      'too much',
      () => fileOf(Buffer.concat([PNG, Buffer.alloc(512 * 1024)])),
      /^LOGO_FILE names a file of more than 512 KiB$/,
    ],
  ])('%s is refused at start, without its name', (_, path, expected) => {
    const given = path();
    let faults: readonly string[] = [];
    try {
      settingsFrom({ DATA_DIR: join(directory, 'data'), LOGO_FILE: given });
    } catch (error) {
      faults = Reflect.get(Object(error), 'faults');
    }
    expect(faults).toEqual([expect.stringMatching(expected)]);
    expect(faults.join()).not.toContain(given);
  });
});

describe('What an upload token tells of whose server it is', () => {
  let test: AuthApp;

  afterEach(() => test.close());

  async function check(): Promise<unknown> {
    const admin = await test.administrator();
    await test.post('/api/v1/platforms', { name: 'vm', pretty_name: 'VM' }, admin.token);
    const ticket = await test.post<{ token: string }>(
      '/api/v1/tickets',
      { number: 'A-1', platform: 'vm' },
      admin.token,
    );
    const answer = await test.request('GET', '/api/v1/check/token', { headers: { 'upload-token': ticket.body.token } });
    return answer.body;
  }

  it('is its name and where the logo is', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'logs-collector-logo-')), 'logo.png');
    writeFileSync(path, PNG);
    test = await startAuthApp('sqlite', { ORGANISATION: 'Acme Support', LOGO_FILE: path });
    expect(await check()).toMatchObject({ organisation: 'Acme Support', logo_url: '/api/v1/logo' });
    rmSync(path);
  });

  it('is nothing where nothing is set', async () => {
    test = await startAuthApp('sqlite');
    expect(await check()).toMatchObject({ organisation: null, logo_url: null });
  });
});
