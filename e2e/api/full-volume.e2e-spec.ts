import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { ADMIN, TestServer } from '../support/server.js';
import { Admin, ApiUser } from '../support/staff.js';
import { canMount, Tmpfs } from '../support/tmpfs.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const isMountable = canMount();
const describeVolume = isMountable ? describe : describe.skip;

describe('The capability tmpfs', () => {
  const required = process.env.CI === 'true' ? it : it.skip;
  required('is there under CI, or the full volume cannot be tested', () => expect(isMountable).toBe(true));
});

describeVolume('On a volume that is full to the last byte', () => {
  const bytes = patternedBytes(MIB);
  let volume: Tmpfs;
  let server: TestServer;
  let admin: Admin;

  const ballast = () => join(volume.directory, 'data/ballast');
  const upload = (token: string, name: string, body = bytes) =>
    fetch(`${server.url}/api/v1/archives/${name}`, { method: 'PUT', headers: { 'Upload-Token': token }, body });
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(volume.directory);
    return bavail * bsize;
  };
  async function ballastComes(): Promise<void> {
    for (const end = Date.now() + 30_000; !existsSync(ballast()); await delay(100)) {
      if (Date.now() > end) throw new Error(`No ballast:\n${server.output}`);
    }
  }

  beforeAll(async () => {
    volume = Tmpfs.mount(700);
    server = await TestServer.start({ DATA_DIR: join(volume.directory, 'data'), MIN_FREE_BYTES: '1MiB' });
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    const { token } = await admin.createTicket('SUP-1');
    expect((await upload(token, 'one.bin')).status).toBe(201);
    expect((await upload(token, 'two.bin')).status).toBe(201);
    await ballastComes();
  });

  afterAll(async () => {
    await server?.dispose();
    volume?.unmount();
  });

  it('the ballast is there, and takes the room that it promises', () => {
    const { size, blocks } = statSync(ballast());
    expect([size, blocks * 512 >= size]).toEqual([64 * MIB, true]);
  });

  it('a login, a download and a deletion work, and an upload is told that there is no space', async () => {
    const { token } = await admin.readTicket('SUP-1');
    volume.fill();
    expect(freeBytes()).toBe(0);
    const otp = admin.recoveryCodes.pop();
    const login = await new ApiUser(server).request('POST', '/api/v1/auth/token', { ...ADMIN, otp });
    expect(login.status).toBe(200);
    expect(existsSync(ballast())).toBe(false);
    expect(server.output).toContain('the ballast was thrown away');

    const archives = await admin.expect<{ id: string; name: string }[]>(200, 'GET', '/api/v1/archives?ticket=SUP-1');
    const [first] = archives;
    const download = await fetch(`${server.url}/api/v1/archives/${first?.id}/download`, {
      headers: { Authorization: `Bearer ${admin.access}` },
    });
    expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(sha256(bytes));
    const huge = await upload(token, 'three.bin', patternedBytes(80 * MIB));
    expect([huge.status, ((await huge.json()) as { code: string }).code]).toEqual([507, 'storage_full']);
    await admin.expect(204, 'DELETE', `/api/v1/archives/${first?.id}`);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });

  it('without any ballast a write is 507, reading goes on, and the server stays ready', async () => {
    volume.fill('rest');
    expect(freeBytes()).toBe(0);
    let refused: Awaited<ReturnType<ApiUser['request']>> | undefined;
    // The log of SQLite has pages to use again; only when those are gone does it need new ones.
    for (let index = 0; index < 500 && refused === undefined; index += 1) {
      const number = `FULL-${index}`;
      const reply = await admin.request('POST', '/api/v1/tickets', {
        ...{ number, platform: 'vmmanager-6', note: 'n'.repeat(20_000) },
      });
      if (reply.status !== 201) refused = reply;
    }
    expect(refused).toMatchObject({ status: 507, body: { code: 'database_full' } });
    expect(refused?.headers.get('retry-after')).toBe('60');
    expect((await admin.readTicket('SUP-1')).archives_count).toBe(1);
    const ready = await fetch(`${server.url}/health/ready`);
    expect([ready.status, ((await ready.json()) as { status: string }).status]).toEqual([200, 'degraded']);
  });

  it('the ballast comes back with the space, and what is acknowledged afterwards outlives a crash', async () => {
    volume.remove('rest');
    volume.remove();
    await ballastComes();
    await admin.createTicket('SUP-2');
    await server.kill();
    await server.start();
    expect((await admin.readTicket('SUP-2')).number).toBe('SUP-2');
    expect(server.output).toContain('the database was checked and is whole');
  });

  it('a server that was killed there starts again', async () => {
    await server.kill();
    volume.fill();
    expect(freeBytes()).toBe(0);
    await server.start();
    expect((await admin.readTicket('SUP-2')).number).toBe('SUP-2');
    expect(readFileSync(join(volume.directory, 'data/instance.json'), 'utf8')).toContain('"is_new":false');
    volume.remove();
  });
});
