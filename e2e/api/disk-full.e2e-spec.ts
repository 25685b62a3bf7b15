import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { uploadThrough } from '../support/doors.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const VOLUME_MIB = 96;
const KEPT_FREE_MIB = 16;

/** A volume of its own, small enough to fill. Making one needs the rights of root. */
class SmallVolume {
  readonly path = mkdtempSync(join(tmpdir(), 'logs-collector-volume-'));
  readonly isMounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${VOLUME_MIB}m`, 'tmpfs', this.path]).status === 0;

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  remove(): void {
    if (this.isMounted) spawnSync('umount', ['-l', this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }
}

const volume = new SmallVolume();
if (!volume.isMounted)
  console.warn('A full disk is not tested: mounting a tmpfs needs root (required where CI is set).');

it('has a volume that can be filled, where CI is set', () => {
  expect(volume.isMounted || !process.env.CI).toBe(true);
});

// Everything lies on the small volume: what an upload may not use up is needed by the database.
(volume.isMounted ? describe : describe.skip)('A disk that becomes full in the middle', () => {
  let server: TestServer;
  let admin: Admin;
  let token: string;

  beforeAll(async () => {
    server = await TestServer.start({ DATA_DIR: volume.path, MIN_FREE_BYTES: `${KEPT_FREE_MIB}MiB` });
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    token = (await admin.createTicket('SUP-1', { attempts: 2 })).token;
  });

  afterAll(async () => {
    await server.dispose();
    volume.remove();
  });

  function endless(): ReadableStream<Uint8Array> {
    const block = Buffer.alloc(65_536, 1);
    return new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(block) });
  }

  /** Of what has become free the server knows a moment later: it looks only now and then. */
  async function untilRoomIsSeen(bytes: number): Promise<void> {
    const client = new TusClient(server, token);
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await delay(100)) {
      const created = await client.create(bytes, 'probe.bin');
      if (created.status !== 201) continue;
      await client.request('DELETE', created.headers.get('location') ?? '', {});
      return;
    }
  }

  it.each([
    ['a raw PUT', 'PUT', '/api/v1/archives/endless.bin', {}],
    [
      'tus',
      'PATCH',
      '',
      { 'Tus-Resumable': '1.0.0', 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' },
    ],
  ])(
    '507 through %s; the space that is always kept free is kept, staff can log in and delete',
    async (door, method, given, headers) => {
      let path = given;
      if (door === 'tus') {
        const client = new TusClient(server, token);
        const created = await client.request('POST', '/api/v1/uploads', { 'Upload-Defer-Length': '1' });
        path = created.headers.get('location') ?? '';
      }
      const reply = await fetch(`${server.url}${path}`, {
        method,
        headers: { 'Upload-Token': token, ...headers },
        body: endless(),
        duplex: 'half',
      });
      expect(await reply.json()).toMatchObject({ status: 507, code: 'storage_full' });
      expect(volume.freeBytes()).toBeGreaterThan((KEPT_FREE_MIB - 8) * MIB);
      expect(await admin.readTicket('SUP-1')).toMatchObject({ attempts: 2, archives_count: 0 });
      await admin.logInAgain();
      if (door === 'tus') {
        const client = new TusClient(server, token);
        expect(Number((await client.head(path)).headers.get('upload-offset'))).toBeGreaterThan(32 * MIB);
        const full = await uploadThrough(server, 'the form', { token, name: 'a.log', bytes: patternedBytes(20 * MIB) });
        expect(full.body).toMatchObject({ status: 507 });
        expect((await client.request('DELETE', path, {})).status).toBe(204);
      }
      expect(server.files().filter((file) => file.startsWith('uploads/'))).toEqual([]);
      const isFreeAgain = () => volume.freeBytes() > (VOLUME_MIB - 16) * MIB;
      for (const deadline = Date.now() + 30_000; !isFreeAgain() && Date.now() < deadline; ) await delay(50);
      expect(isFreeAgain()).toBe(true);
      await untilRoomIsSeen(50 * MIB);
    },
  );

  it('several at once are held to the same space, and what was declared is reserved', async () => {
    const declared = 50 * MIB;
    const bytes = patternedBytes(30 * MIB);
    const [first, second] = await Promise.all(
      ['one.bin', 'two.bin'].map(async (name) => {
        const client = new TusClient(server, token);
        const created = await client.create(declared, name);
        if (created.status !== 201) return created;
        return client.patch(created.headers.get('location') ?? '', 0, bytes);
      }),
    );
    expect([first?.status, second?.status].sort()).toEqual([204, 507]);
    expect(volume.freeBytes()).toBeGreaterThan(KEPT_FREE_MIB * MIB);
  });

  it('stores again after staff have made room', async () => {
    await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-1');
    const { token: other } = await admin.createTicket('SUP-2');
    const bytes = patternedBytes(40 * MIB, 2);
    const upload = () => uploadThrough(server, 'a raw PUT', { token: other, name: 'a.bin', bytes });
    let stored = await upload();
    // The bytes go in the background, and the server looks only now and then at what is free.
    for (const deadline = Date.now() + 30_000; stored.status === 507 && Date.now() < deadline; ) {
      await delay(100);
      stored = await upload();
    }
    expect(stored.body).toMatchObject({ sha256: sha256(bytes) });
  });
});
