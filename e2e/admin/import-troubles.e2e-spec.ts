import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { besideServer } from '../support/admin-command.js';
import { patternedBytes } from '../support/bytes.js';
import { FormerApplication } from '../support/former-application.js';
import { TestServer } from '../support/server.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

const bytes = patternedBytes(5_000, 9);

interface Report {
  readonly is_complete: boolean;
  readonly counts: Readonly<Record<string, { imported: number; kept: number; left_out: number }>>;
  readonly left_out: readonly { kind: string; name: string; reason: string }[];
  readonly invitations: readonly { username: string; url: string }[];
  readonly users_without_password: number;
}

describe('import-logs-collector, when the source is not as it should be', () => {
  let stage: Stage;
  let former: FormerApplication;

  beforeAll(async () => {
    stage = await Stage.set('sqlite');
  });

  afterAll(() => stage.strike());

  beforeEach(async () => {
    former = await FormerApplication.make('sqlite');
    await former.addUser(1, 'former-admin', { isSuperuser: true });
    await former.addPlatform(1, 'vm6', 'VMmanager 6');
  });

  afterEach(() => former.remove());

  const run = (...args: string[]) =>
    besideServer(stage.server, [
      'import-logs-collector',
      ...(args[0] === '--database' ? [] : former.arguments),
      ...args,
    ]);

  async function report(...args: string[]): Promise<Report & { code: number | null }> {
    const { code, out, errors } = await run('--json', ...args);
    if (!out) throw new Error(errors);
    return { code, ...(JSON.parse(out) as Report) };
  }

  it('names every archive that it cannot take, takes the others, and completes when the files are there', async () => {
    await former.addTicket({ number: 2001 });
    await former.addArchive(2001, 'whole.log', bytes);
    await former.addArchive(2001, 'missing.log', bytes, true);
    writeFileSync(await former.addArchive(2001, 'short.log', bytes), bytes.subarray(0, 4_000));
    writeFileSync(await former.addArchive(2001, 'changed.log', bytes), patternedBytes(5_000, 10));
    const moved = await former.addArchive(2001, 'linked.log', bytes);
    renameSync(moved, join(former.directory, 'elsewhere.log'));
    symlinkSync(join(former.directory, 'elsewhere.log'), moved);
    await former.addArchive(2001, '../../elsewhere.log', bytes, true);

    const dry = await report('--dry-run');
    expect([dry.code, dry.counts.archives]).toEqual([1, { imported: 2, kept: 0, left_out: 4 }]);
    const first = await report();
    expect([first.code, first.is_complete, first.counts.archives]).toEqual([
      ...[1, false],
      { imported: 1, kept: 0, left_out: 5 },
    ]);
    expect(Object.fromEntries(first.left_out.map(({ name, reason }) => [name, reason]))).toEqual({
      '2001/missing.log': 'file_missing',
      '2001/short.log': 'size_differs',
      '2001/changed.log': 'digest_differs',
      '2001/linked.log': 'no_regular_file',
      '2001/../../elsewhere.log': 'no_regular_file',
    });
    expect(await stage.lastingDisagreements()).toEqual([]);

    const archives = join(former.directory, 'archives/2001');
    for (const name of ['missing.log', 'short.log', 'changed.log']) writeFileSync(join(archives, name), bytes);
    expect((await report()).counts.archives).toEqual({ imported: 3, kept: 1, left_out: 2 });
  });

  it('shows no control character of a customer on the terminal', async () => {
    await former.addTicket({ number: 2002 });
    await former.addArchive(2002, 'there.log', bytes);
    await former.addArchive(2002, '\u001b[2Jgone.log', bytes, true);
    const { out } = await run();
    expect(out).toContain('left out of the archives: "2002/\\u001b[2Jgone.log": there is no such file');
    expect(out).not.toContain('\u001b');
  });

  it('brings over the rest when names are not allowed here, and says which', async () => {
    await former.addUser(2, '_dash');
    await former.addPlatform(2, 'a b', 'One');
    await former.addPlatform(3, 'a/b', 'Other '.repeat(100));
    await former.addTicket({ number: -3 });
    await former.addTicket({ number: 2003, userId: 2, platform: 'a b' });
    await former.addTicket({ number: 2004, userId: 99, platform: 'a/b', attempts: 0 });
    const { code, left_out } = await report();
    expect(code).toBe(1);
    expect(left_out.map(({ kind, name, reason }) => [kind, name, reason])).toEqual([
      ['users', '_dash', 'username_invalid'],
      ['tickets', '-3', 'number_invalid'],
      ['tokens', '-3', 'ticket_left_out'],
    ]);
    expect(await stage.admin.readTicket('2003')).toMatchObject({ user: '_dash', platform: 'a-b' });
    expect(await stage.admin.readTicket('2004')).toMatchObject({ user: 'unknown', platform: 'a-b-3' });
    expect((await report()).counts.platforms).toEqual({ imported: 0, kept: 3, left_out: 0 });
  });

  it('what was deleted here does not come back', async () => {
    await former.addTicket({ number: 2005 });
    await former.addTicket({ number: 2006 });
    await former.addArchive(2005, 'a.log', bytes);
    await former.addArchive(2006, 'b.log', bytes);
    expect((await report()).code).toBe(0);
    await stage.freshen();
    const [archive] = await stage.admin.expect<{ id: string }[]>(200, 'GET', '/api/v1/archives?ticket=2005');
    await stage.admin.expect(204, 'DELETE', `/api/v1/archives/${archive?.id}`);
    await stage.admin.expect(204, 'DELETE', '/api/v1/tickets/2006');
    const again = await report();
    expect([again.code, again.is_complete]).toEqual([0, true]);
    expect(again.left_out.map(({ kind, name, reason }) => [kind, name, reason])).toEqual([
      ['tickets', '2006', 'deleted_here'],
      ['tokens', '2006', 'deleted_here'],
      ['archives', '2005/a.log', 'deleted_here'],
      ['archives', '2006/b.log', 'deleted_here'],
    ]);
    expect(await stage.lastingDisagreements()).toEqual([]);
  });

  it('invites those who cannot log in yet, and nobody else', async () => {
    await former.addUser(2, 'boris');
    await former.addUser(3, 'left-long-ago', { isActive: false });
    await former.addUser(4, 'admin');
    const { invitations } = await report('--invite');
    expect(invitations.map(({ username }) => username)).toEqual(['former-admin', 'boris']);
    const code = invitations[1]?.url.split('#')[1];
    const opened = await stage.admin.expect<{ username: string }>(200, 'POST', '/api/v1/auth/invitation', { code });
    expect(opened.username).toBe('boris');
    expect(await stage.admin.expect(200, 'GET', '/api/v1/users/left-long-ago')).toMatchObject({ is_active: false });
  });

  it.each([
    ['a file that is not there', () => ['--database', '/nowhere/db.sqlite3', '--archives', '/tmp'], /There is no file/],
    ['no archives folder', () => ['--archives', '/nowhere'], /There is no archives folder "\/nowhere"/],
    [
      'a database of something else',
      () => ['--database', ours(), '--archives', '/tmp'],
      /no database of Logs Collector 0\.1/,
    ],
    [
      'a file that is no database',
      () => ['--database', noDatabase(), '--archives', '/tmp'],
      /cannot be read \(SQLITE_NOTADB\)/,
    ],
    [
      'an archives folder of somebody else',
      () => ['--archives', emptyFolder()],
      /None of the 1 archives that the database names/,
    ],
  ])('refuses %s, and touches nothing', async (_what, args, message) => {
    await former.addTicket({ number: 2007 });
    await former.addArchive(2007, 'a.log', bytes);
    const before = await stage.count('audit_event');
    expect(await run(...args())).toMatchObject({ code: 1, out: '', errors: expect.stringMatching(message) });
    expect(await stage.count('audit_event')).toBe(before);
  });

  it('takes no password from the command line, where everybody on the machine can read it', async () => {
    const result = await run('--database', 'psql://django:s3cr3t@127.0.0.1:1/db', '--archives', '/tmp');
    expect(result).toMatchObject({ code: 2, out: '', errors: expect.stringContaining('FORMER_DATABASE') });
    expect(result.errors).not.toContain('s3cr3t');
    const unreachable = await besideServer(stage.server, ['import-logs-collector', '--archives', '/tmp'], {
      environment: { FORMER_DATABASE: 'psql://django:s3cr3t@127.0.0.1:1/db' },
    });
    expect(unreachable).toMatchObject({ code: 1, errors: expect.stringContaining('cannot be read (ECONNREFUSED)') });
    expect(unreachable.errors).not.toContain('s3cr3t');
  });

  it('takes a ticket of the same number for the same case', async () => {
    await stage.admin.createTicket('2008', { note: 'made here' });
    const token = await former.addTicket({ number: 2008, note: 'made there' });
    await former.addArchive(2008, 'a.log', bytes);
    expect((await report()).counts).toMatchObject({ tickets: { imported: 0, kept: 1 }, tokens: { imported: 1 } });
    expect(await stage.admin.readTicket('2008')).toMatchObject({ note: 'made here', archives_count: 1 });
    const sent = await fetch(`${stage.server.url}/api/v1/archives/b.log`, {
      ...{ method: 'PUT', headers: { 'Upload-Token': token }, body: bytes },
    });
    expect(sent.status).toBe(201);
  });

  function ours(): string {
    return join(stage.server.dataDir, 'logs-collector.sqlite3');
  }

  function noDatabase(): string {
    const path = join(former.directory, 'no-database');
    writeFileSync(path, 'x'.repeat(8_192));
    return path;
  }

  function emptyFolder(): string {
    const path = join(former.directory, 'empty');
    mkdirSync(path);
    return path;
  }
});

describe('import-logs-collector into an installation that is not ready', () => {
  it('wants the first administrator to be there, so that the set-up link stays good', async () => {
    const former = await FormerApplication.make('sqlite');
    await former.addUser(1, 'anna', { isSuperuser: true });
    const server = await TestServer.start({ ADMIN_USERNAME: '', ADMIN_PASSWORD: '' });
    const result = await besideServer(server, ['import-logs-collector', ...former.arguments]);
    expect(result).toMatchObject({ code: 1, errors: expect.stringContaining('There is no user here yet') });
    await server.dispose();
    await former.remove();
  });

  it('refuses when the archives have no room, before a byte', async () => {
    const former = await FormerApplication.make('sqlite');
    await former.addUser(1, 'anna');
    await former.addPlatform(1, 'vm6', 'VM');
    await former.addTicket({ number: 1 });
    await former.addArchive(1, 'a.log', bytes);
    const stage = await Stage.set('sqlite');
    const result = await besideServer(stage.server, ['import-logs-collector', ...former.arguments], {
      environment: { MIN_FREE_BYTES: '1000TiB' },
    });
    expect(result).toMatchObject({ code: 1, errors: expect.stringMatching(/take 5000 bytes, and 0 are free/) });
    expect(await stage.count('ticket')).toBe(0);
    await stage.strike();
    await former.remove();
  });
});
