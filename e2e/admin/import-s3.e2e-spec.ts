import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hasS3Server } from '../../scripts/s3-server.mjs';
import { besideServer } from '../support/admin-command.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { FormerApplication } from '../support/former-application.js';
import { S3Replicas } from '../support/s3-replicas.js';
import type { Admin } from '../support/staff.js';

jest.setTimeout(120_000);

const files = new Map([
  ['empty.log', Buffer.alloc(0)],
  ['small.log', patternedBytes(70_000, 1)],
  ['parts.log', patternedBytes(12_000_000, 2)],
]);

(hasS3Server() ? describe : describe.skip)('import-logs-collector into an S3 store', () => {
  let replicas: S3Replicas;
  let admin: Admin;
  let former: FormerApplication;

  beforeAll(async () => {
    [replicas, former] = await Promise.all([S3Replicas.prepare(1), FormerApplication.make('sqlite')]);
    await replicas.start();
    admin = await replicas.admin();
    await former.addUser(1, 'anna');
    await former.addPlatform(1, 'vm6', 'VMmanager 6');
    await former.addTicket({ number: 1 });
    for (const [name, bytes] of files) await former.addArchive(1, name, bytes);
  });

  afterAll(async () => {
    await replicas.dispose();
    await former.remove();
  });

  it('puts the bytes into the bucket, leaves nothing else there, and does it once', async () => {
    const server = replicas.server(0);
    const run = () => besideServer(server, ['import-logs-collector', ...former.arguments]);
    expect(await run()).toMatchObject({
      code: 0,
      out: expect.stringContaining('archives: 3 imported (12070000 bytes)'),
    });
    expect((await run()).out).toContain('archives: 0 imported (0 bytes), 3 there already');
    for (const [name, bytes] of files) {
      const answer = await fetch(`${server.url}/archives/download/1/${name}`, {
        headers: { Authorization: `Bearer ${admin.access}` },
      });
      expect([name, answer.status, sha256(new Uint8Array(await answer.arrayBuffer()))]).toEqual([
        ...[name, 200, sha256(bytes)],
      ]);
    }
    expect(replicas.objects('partials')).toEqual([]);
    expect((await besideServer(server, ['verify'])).out).toMatch(/^3 archives checked, 0 missing or damaged/);
  });
});
