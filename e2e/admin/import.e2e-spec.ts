import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { databaseKinds } from '../../apps/api/test-support/test-databases.js';
import { besideServer } from '../support/admin-command.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { curl } from '../support/curl.js';
import { FormerApplication } from '../support/former-application.js';
import { IS_LARGE } from '../support/size.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

const kinds = IS_LARGE ? databaseKinds : databaseKinds.filter((kind) => kind !== 'postgres 15');
const directions = kinds.flatMap((from) => kinds.map((to) => [from, to] as const));

describe.each(directions)('import-logs-collector from %s into %s, beside the running server', (from, to) => {
  const first = patternedBytes(300_000, 3);
  const second = patternedBytes(70_001, 4);
  let former: FormerApplication;
  let stage: Stage;
  let token: string;

  beforeAll(async () => {
    [former, stage] = await Promise.all([FormerApplication.make(from), Stage.set(to)]);
    await former.addUser(1, 'Anna', { isSuperuser: true });
    await former.addUser(2, 'admin');
    await former.addPlatform(1, 'vm6', 'VMmanager 6');
    await former.addPlatform(2, 'my dci/6', 'DCI');
    token = await former.addTicket({ number: 1001, note: "it's «broken»", attempts: 2 });
    await former.addTicket({ number: 1002, platform: 'my dci/6', userId: 2, resolved: true });
    await former.addArchive(1001, 'logs.tar.gz', first);
    await former.addArchive(1002, 'журнал 2.zip', second);
  });

  afterAll(async () => {
    await stage.strike();
    await former.remove();
  });

  const run = (...more: string[]) =>
    besideServer(stage.server, ['import-logs-collector', ...former.arguments, ...more], {
      environment: former.environment,
    });

  it('a dry run says what would be imported, and writes nothing', async () => {
    const before = await Promise.all(
      ['"user"', 'platform', 'ticket', 'audit_event'].map((table) => stage.count(table)),
    );
    const { code, out, errors } = await run('--dry-run');
    expect([code, errors]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      'the platform "my dci/6" is called "my-dci-6" here',
      'users: 1 would be imported, 1 there already, 0 left out',
      'platforms: 2 would be imported, 0 there already, 0 left out',
      'tickets: 2 would be imported, 0 there already, 0 left out',
      'tokens: 2 would be imported, 0 there already, 0 left out',
      'archives: 2 would be imported (370001 bytes), 0 there already, 0 left out',
      'users without a password: 1. Passwords and second factors are never imported: invite them (Users, or --invite).',
      '',
    ]);
    const after = await Promise.all(['"user"', 'platform', 'ticket', 'audit_event'].map((table) => stage.count(table)));
    expect(after).toEqual(before);
    expect(stage.server.files()).toEqual([]);
  });

  it('brings everything over', async () => {
    const { code, out } = await run('--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ...{ dry_run: false, is_complete: true, archive_bytes: 370_001, left_out: [] },
      counts: {
        users: { imported: 1, kept: 1 },
        platforms: { imported: 2, kept: 0 },
        tickets: { imported: 2, kept: 0 },
        tokens: { imported: 2, kept: 0 },
        archives: { imported: 2, kept: 0 },
      },
    });
    expect(await stage.admin.readTicket('1001')).toMatchObject({
      ...{ number: '1001', platform: 'vm6', user: 'anna', resolved: false, note: "it's «broken»", token, attempts: 2 },
      ...{ time_create: '2023-10-05T12:30:00.123Z', time_update: '2023-10-06T07:00:00.000Z', archives_count: 1 },
    });
    expect(await stage.admin.readTicket('1002')).toMatchObject({ platform: 'my-dci-6', user: 'admin', resolved: true });
    expect(await stage.admin.expect(200, 'GET', '/api/v1/users/anna')).toMatchObject({ role: 'admin' });
  });

  it.each([
    ['1001', 'logs.tar.gz', first],
    ['1002', 'журнал 2.zip', second],
  ])('a download gives the bytes that were received there (%s)', async (ticket, name, bytes) => {
    const answer = await fetch(`${stage.server.url}/archives/download/${ticket}/${encodeURIComponent(name)}`, {
      headers: { Authorization: `Bearer ${stage.admin.access}` },
    });
    expect(answer.status).toBe(200);
    expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(sha256(bytes));
  });

  it('the imported token opens its door to the former uploader.sh: a form, a space behind the token, Expect: 100-continue', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-import-'));
    const file = join(directory, 'later.log');
    writeFileSync(file, second);
    const sent = await curl([
      ...['-X', 'POST', '-H', 'accept: application/json', '-H', `Upload-Token: ${token} `],
      ...['-H', 'Content-Type: multipart/form-data', '-H', 'Expect: 100-continue'],
      ...['-F', `file=@${file}`, `${stage.server.url}/api/v1/archives/`],
    ]);
    rmSync(directory, { recursive: true });
    expect([sent.exitCode, sent.status]).toEqual([0, 201]);
    expect(sent.log).toContain('< HTTP/1.1 100 Continue');
    expect(JSON.parse(sent.body)).toMatchObject({ ticket: '1001', name: 'later.log', sha256: sha256(second) });
    expect(await stage.admin.readTicket('1001')).toMatchObject({ attempts: 1, archives_count: 2 });
  });

  it('run again it imports what is new, and changes nothing twice', async () => {
    await stage.admin.expect(200, 'PATCH', '/api/v1/tickets/1001', { note: 'edited here', number: 'SUP-1001' });
    expect((await run()).out).toContain('archives: 0 imported (0 bytes), 2 there already, 0 left out');
    await former.addTicket({ number: 1003 });
    await former.addArchive(1001, 'new.log', first);
    const { code, out } = await run('--json');
    expect([code, JSON.parse(out).counts]).toMatchObject([
      0,
      {
        users: { imported: 0, kept: 2 },
        platforms: { imported: 0, kept: 2 },
        tickets: { imported: 1, kept: 2 },
        tokens: { imported: 1, kept: 2 },
        archives: { imported: 1, kept: 2 },
      },
    ]);
    expect(await stage.admin.readTicket('SUP-1001')).toMatchObject({
      note: 'edited here',
      attempts: 1,
      archives_count: 3,
    });
    expect((await besideServer(stage.server, ['verify'])).out).toMatch(/^4 archives checked, 0 missing or damaged/);
    expect(await stage.lastingDisagreements()).toEqual([]);
  });
});
