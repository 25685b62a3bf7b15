import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hasCapability } from '../../scripts/capabilities.mjs';
import { Arm64Server } from '../support/arm64-server.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { IS_LARGE } from '../support/size.js';
import { Admin } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

// An emulated processor takes its time, one that others use besides even more.
jest.setTimeout(300_000);

const MIB = 1024 * 1024;
const isPossible = IS_LARGE && hasCapability('qemu-aarch64-static');

(isPossible ? describe : describe.skip)('On arm64, emulated', () => {
  let server: Arm64Server;
  let admin: Admin;

  beforeAll(async () => {
    server = new Arm64Server();
    await server.start();
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
  });

  afterAll(() => server?.dispose());

  it('a file comes whole and in pieces, goes out the same, and is deleted without a trace', async () => {
    const bytes = patternedBytes(3 * MIB);
    const { token } = await admin.createTicket('SUP-1');
    const headers = { 'Upload-Token': token };
    const whole = await fetch(`${server.url}/api/v1/archives/whole.log`, { method: 'PUT', headers, body: bytes });
    expect(whole.status).toBe(201);
    const client = new TusClient(server, token);
    const path = await client.begin(bytes.length, 'pieces.log');
    for (let offset = 0; offset < bytes.length; offset += MIB) {
      const sent = await client.patch(path, offset, bytes.subarray(offset, offset + MIB));
      expect([offset, sent.status]).toEqual([offset, 204]);
    }
    const archives = await admin.expect<{ file: string; sha256: string }[]>(200, 'GET', '/api/v1/archives');
    expect(archives.map((archive) => archive.sha256)).toEqual([sha256(bytes), sha256(bytes)]);
    for (const { file } of archives) {
      const download = await fetch(file, { headers: { Authorization: `Bearer ${admin.access}` } });
      expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(sha256(bytes));
    }
    // 202 where it takes longer than ten seconds.
    const { status } = await admin.request('DELETE', '/api/v1/tickets/SUP-1');
    expect([202, 204]).toContain(status);
    while (server.files().length > 0) await delay(100);
  });
});
