import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { TestServer } from '../support/server.js';
import { IS_LARGE } from '../support/size.js';
import { Admin } from '../support/staff.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const SCRIPT = join(import.meta.dirname, '../../scripts/uploader.sh');
const MIB = 1024 * 1024;
const UPLOADS = IS_LARGE ? 50 : 8;
const KILLS = IS_LARGE ? 20 : 5;
const FILE_BYTES = 12 * MIB;
/** Slow enough that every kill meets uploads in the middle. */
const LINE_BYTES_PER_SECOND = 6 * MIB;

jest.setTimeout(IS_LARGE ? 900_000 : 180_000);

interface Run {
  readonly code: number | null;
  readonly output: string;
}

describe('kill -9 of the server at random moments', () => {
  let server: TestServer;
  let admin: Admin;
  let proxy: TcpProxy;
  const directory = mkdtempSync(join(tmpdir(), 'logs-collector-uploader-'));

  beforeAll(async () => {
    server = await TestServer.start();
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    proxy = await new TcpProxy(server.port).start();
    proxy.bytesPerSecond = LINE_BYTES_PER_SECOND;
  });

  afterAll(async () => {
    await proxy.stop();
    await server.dispose();
    rmSync(directory, { recursive: true, force: true });
  });

  it('costs no upload: uploader.sh resumes every one, its sha256 is equal, and no attempt is spent twice', async () => {
    const { token } = await admin.createTicket('KILL-1', { attempts: UPLOADS });
    const files = Array.from({ length: UPLOADS }, (_, index) => {
      const bytes = patternedBytes(FILE_BYTES, index + 1);
      const path = join(directory, `bundle-${index}.tar`);
      writeFileSync(path, bytes);
      return { path, digest: sha256(bytes) };
    });
    const runs = files.map(({ path }) => runUploader(path, token));
    const killer = killRepeatedly();
    const results = await Promise.all(runs);
    await killer;
    for (const result of results)
      expect(result).toMatchObject({ code: 0, output: expect.stringContaining('verified here') });
    await admin.logInAgain();
    const archives = await admin.expect<{ name: string; sha256: string; id: string }[]>(
      200,
      'GET',
      '/api/v1/archives?ticket=KILL-1',
    );
    expect(archives.map((archive) => archive.sha256).sort()).toEqual(files.map((file) => file.digest).sort());
    for (const archive of archives) {
      const download = await fetch(`${server.url}/api/v1/archives/${archive.id}/download`, {
        headers: { Authorization: `Bearer ${admin.access}` },
      });
      expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(archive.sha256);
    }
    const check = await fetch(`${server.url}/api/v1/check/token`, { headers: { 'Upload-Token': token } });
    expect(await check.json()).toMatchObject({ attempts: 0 });
    expect(server.files().filter((path) => path.startsWith('uploads/'))).toEqual([]);
  });

  async function killRepeatedly(): Promise<void> {
    for (let kill = 0; kill < KILLS; kill += 1) {
      await delay(300 + Math.random() * 2_000);
      await server.kill();
      await server.start();
    }
  }

  function runUploader(path: string, token: string): Promise<Run> {
    const child = spawn('sh', [SCRIPT, '-u', proxy.url, '-f', path], {
      env: { PATH: process.env.PATH, HOME: directory, UPLOAD_TOKEN: token },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
    }
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
  }
});
