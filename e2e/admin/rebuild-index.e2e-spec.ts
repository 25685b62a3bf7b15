import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { besideServer } from '../support/admin-command.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { Admin } from '../support/staff.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

describe('rebuild-index', () => {
  let stage: Stage;
  const digests = new Map<string, string>();

  beforeAll(async () => {
    stage = await Stage.set('sqlite');
    await stage.admin.createPlatform('billing');
    for (const [number, platform] of [
      ['SUP-9', 'vmmanager-6'],
      ['SUP-10', 'billing'],
    ] as const) {
      const { token } = await stage.admin.createTicket(number, { platform });
      for (const name of ['имя \u2028 & co.log', 'second.bin']) {
        const bytes = patternedBytes(10_000 + digests.size, digests.size + 1);
        const stored = await fetch(`${stage.server.url}/api/v1/archives/${encodeURIComponent(name)}`, {
          ...{ method: 'PUT', headers: { 'Upload-Token': token }, body: bytes },
        });
        digests.set(((await stored.json()) as { id: string }).id, sha256(bytes));
      }
    }
  });

  afterAll(() => stage.strike());

  const rebuild = (...args: string[]) => besideServer(stage.server, ['rebuild-index', ...args]);
  const blobOf = (id: string) => join(stage.server.dataDir, 'blobs', id.slice(-4, -2), id.slice(-2), id);

  it('beside a server whose database is whole it makes nothing', async () => {
    expect(await rebuild()).toMatchObject({
      ...{ code: 0, errors: '' },
      out: '4 archives looked at; made: 0 archives, 0 tickets, 0 platforms\n',
    });
  });

  it('on a lost database a dry run says what would be made, and makes nothing', async () => {
    await stage.server.stop();
    for (const ending of ['', '-wal', '-shm', '.lock'])
      rmSync(`${stage.target.kind === 'sqlite' ? stage.target.path : ''}${ending}`, { force: true });
    await expect(stage.server.start()).rejects.toThrow(/the database is not the one that DB_URL names|database is not/);
    const files = stage.server.files();
    expect((await rebuild('--dry-run')).out).toBe(
      '4 archives looked at; would be made: 4 archives, 2 tickets, 2 platforms\n',
    );
    expect(stage.server.files()).toEqual(files);
    await expect(stage.server.start()).rejects.toThrow(/database/);
  });

  it('makes platforms, tickets and archives, asks for an administrator, and may be repeated', async () => {
    const { code, out } = await rebuild();
    expect([code, out]).toEqual([
      0,
      '4 archives looked at; made: 4 archives, 2 tickets, 2 platforms\n' +
        'There is no user. Make an administrator with create-admin, or with the link of the next start.\n',
    ]);
    expect((await rebuild()).out).toContain('made: 0 archives, 0 tickets, 0 platforms');
  });

  it('afterwards the server starts, and every archive is in its ticket, byte for byte', async () => {
    await stage.server.start();
    stage.admin = await Admin.enrolled(stage.server);
    for (const [id, digest] of digests) {
      const answer = await fetch(`${stage.server.url}/api/v1/archives/${id}/download`, {
        headers: { Authorization: `Bearer ${stage.admin.access}` },
      });
      expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(digest);
    }
    const tickets = await stage.admin.expect<{ number: string; platform: string; archives_count: number }[]>(
      ...([200, 'GET', '/api/v1/tickets?ordering=number'] as const),
    );
    expect(tickets.map(({ number, platform, archives_count }) => [number, platform, archives_count])).toEqual([
      ['SUP-9', 'vmmanager-6', 2],
      ['SUP-10', 'billing', 2],
    ]);
    const platforms = await stage.admin.expect<{ pretty_name: string }[]>(200, 'GET', '/api/v1/platforms');
    expect(platforms.map(({ pretty_name }) => pretty_name).sort()).toEqual(['BILLING', 'VMMANAGER-6']);
    expect(await stage.lastingDisagreements()).toEqual([]);
  });

  it('names blobs without a readable document and blobs of another size, and takes nothing on trust', async () => {
    const [first = '', second = ''] = [...digests.keys()];
    await stage.server.stop();
    rmSync(stage.target.kind === 'sqlite' ? stage.target.path : '');
    const document = readFileSync(`${blobOf(first)}.json`);
    writeFileSync(`${blobOf(first)}.json`, '{"format":1,"id":"../../etc/passwd"}');
    truncateSync(blobOf(second), 5_000);
    const { code, out } = await rebuild();
    expect(code).toBe(1);
    expect(out).toContain(`no readable document: ${first}`);
    expect(out).toContain(`other size than its document says: ${second}`);
    expect(out).toContain('made: 3 archives');
    writeFileSync(`${blobOf(first)}.json`, document);
    expect((await rebuild()).out).toContain('made: 1 archives, 0 tickets, 0 platforms');
  });
});
