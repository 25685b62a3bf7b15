import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { LineReceiver } from '../support/line-receiver.js';
import { type ManagedDrain, TestShuttle } from '../support/shuttle.js';

jest.setTimeout(120_000);

/** What is sent here comes over HTTP; that the broker is away is part of what is looked at. */
const NO_BROKER = '127.0.0.1:9';
const UNKNOWN_HOST = 'syslog+tcp://nowhere.invalid';
const SQLITE = 'sqlite' as const;

describe.each([SQLITE, 'postgres 18'] as const)('Managing drains, kept in %s', (kind) => {
  let database: TestDatabase | undefined;
  let shuttle: TestShuttle;
  let second: TestShuttle;
  let receiver: LineReceiver;

  beforeAll(async () => {
    database = kind === SQLITE ? undefined : await createTestDatabase(kind);
    const where: Record<string, string> = database ? { POSTGRES_URL: database.url } : {};
    receiver = await LineReceiver.listen();
    shuttle = new TestShuttle(NO_BROKER, where);
    await shuttle.start();
    second = new TestShuttle(NO_BROKER, { ...where, DATA_DIR: shuttle.dataDir });
    await second.start();
  });

  afterAll(async () => {
    await second?.dispose();
    await shuttle?.dispose();
    await receiver?.close();
    await database?.drop();
  });

  const item = async (id: string, at = shuttle) =>
    (await (await at.request('GET', `/drains/${id}`)).json()) as ManagedDrain;
  const untilItem = async (id: string, isDone: (drain: ManagedDrain) => boolean, at = shuttle) => {
    for (const deadline = Date.now() + 60_000; ; await delay(100)) {
      const drain = await item(id, at);
      if (isDone(drain)) return drain;
      if (Date.now() > deadline) throw new Error(`It did not come to that: ${JSON.stringify(drain)}`);
    }
  };

  it('shows all drains, newest first, page by page, and those of one app or site', async () => {
    const apps = [];
    for (const app of ['one', 'two', 'three']) {
      apps.push(
        (await shuttle.manage(201, { app, space: 'list-x', url: 'https://user:secret@logs.example.com/in' })).id,
      );
    }
    const site = await shuttle.manage(201, { site: 'www.example.com', url: 'syslog+udp://logs.example.com' });
    const list = async (query: string) => {
      const response = await shuttle.request('GET', `/drains?${query}`);
      const drains = (await response.json()) as ManagedDrain[];
      return [response.headers.get('x-total-count'), drains.map(({ id }) => id)];
    };
    const newest = [site.id, ...apps.toReversed()];
    expect(await list('')).toEqual(['4', newest]);
    expect(await list('limit=2&offset=1')).toEqual(['4', newest.slice(1, 3)]);
    expect(await list('app_space=two-list-x')).toEqual(['1', [apps[1]]]);
    expect(await list('site=www.example.com')).toEqual(['1', [site.id]]);
    expect(await list('app_space=www.example.com')).toEqual(['0', []]);
    expect(await item(apps[0] ?? '')).toEqual({
      id: apps[0],
      kind: 'app',
      token: 'one-list-x',
      app: 'one',
      space: 'list-x',
      site: null,
      url: 'https://***@logs.example.com/in',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      paused: false,
      tls: { ca: false, client_certificate: false },
      state: expect.objectContaining({ status: 'idle', sent: 0, dropped: 0, buffered_records: 0, last_error: null }),
    });
    for (const id of newest) expect((await shuttle.request('DELETE', `/drains/${id}`)).status).toBe(200);
    expect(shuttle.output.includes('secret')).toBe(false);
  });

  it('takes an app with a dash in its name, which the documented paths cannot name', async () => {
    const { id } = await shuttle.manage(201, { app: 'my-app', space: 'space', url: UNKNOWN_HOST });
    expect(await item(id)).toMatchObject({ app: 'my-app', space: 'space', token: 'my-app-space' });
    expect((await shuttle.request('GET', `/apps/my-app-space/log-drains/${id}`)).status).toBe(404);
    expect(
      (await shuttle.request('POST', '/drains', { app: 'my-app', space: 'space', url: UNKNOWN_HOST })).status,
    ).toBe(409);
  });

  it('delivers lines in order, with their times and the ticket as structured data', async () => {
    const { id } = await shuttle.manage(201, { app: 'replay', space: 'x', url: receiver.url });
    const lines = ['2026-01-02T03:04:05.678Z first', 'second\rforged\0', '', 'fourth'];
    expect(await shuttle.sendLines(id, lines, 'ticket=SUP-1482')).toEqual([200, { accepted: 4, dropped: 0 }]);
    expect(await shuttle.sendLines(id, ['fifth'])).toEqual([200, { accepted: 1, dropped: 0 }]);
    await receiver.until((texts) => texts.includes('fifth'));
    const ticket = String.raw`\[replay@32473 ticket="SUP-1482"\]`;
    expect(receiver.lines.slice(-5)).toEqual([
      '<14>1 2026-01-02T03:04:05.678Z replay-x replay - - [replay@32473 ticket="SUP-1482"] 2026-01-02T03:04:05.678Z first',
      expect.stringMatching(new RegExp(`^<14>1 \\S+Z replay-x replay - - ${ticket} second forged $`)),
      expect.stringMatching(new RegExp(`^<14>1 \\S+Z replay-x replay - - ${ticket} $`)),
      expect.stringMatching(new RegExp(`^<14>1 \\S+Z replay-x replay - - ${ticket} fourth$`)),
      expect.stringMatching(/^<14>1 \S+Z replay-x replay - - - fifth$/),
    ]);
    // Any instance tells of all of them.
    await untilItem(id, ({ state }) => state.status === 'connected' && state.instances === 2, second);
  });

  it('answers for lines once they are on the disk, where the receiver is away; kill -9 loses none', async () => {
    const away = await LineReceiver.listen();
    const { port, url } = away;
    await away.close();
    const { id } = await shuttle.manage(201, { app: 'durable', space: 'x', url });
    for (let from = 0; from < 3_000; from += 1_000) {
      const lines = Array.from({ length: 1_000 }, (_, index) => `n ${from + index}`);
      expect(await shuttle.sendLines(id, lines)).toEqual([200, { accepted: 1_000, dropped: 0 }]);
    }
    const { state } = await untilItem(id, (drain) => drain.state.buffered_records === 3_000);
    expect(state).toMatchObject({ status: 'backing_off', last_error: 'The receiver refused the connection.', sent: 0 });
    expect(state.buffered_bytes).toBeGreaterThan(10_000);
    await shuttle.kill();
    const back = await LineReceiver.listen(port);
    await shuttle.start();
    await back.until((texts) => texts.length >= 3_000);
    expect(back.texts).toEqual(Array.from({ length: 3_000 }, (_, number) => `n ${number}`));
    await back.close();
    await shuttle.request('DELETE', `/drains/${id}`);
  });

  it('takes no lines while a drain is paused; that holds at every instance within two seconds, and over a restart', async () => {
    const { id } = await shuttle.manage(201, { app: 'paused', space: 'x', url: receiver.url });
    await untilItem(id, ({ state }) => state.instances === 2);
    const { body } = await shuttle.change(id, { paused: true });
    const pausedAt = performance.now();
    expect(body).toMatchObject({ paused: true, state: { status: 'paused' } });
    expect(await shuttle.sendLines(id, ['x'])).toMatchObject([409, { code: 'drain_paused' }]);
    while (!second.output.includes(`"msg":"drain changed","drain":"${id}","paused":true`)) await delay(20);
    expect(performance.now() - pausedAt).toBeLessThan(2_000);
    await shuttle.restart();
    while (!shuttle.output.includes(`"msg":"drain started","drain":"${id}","paused":true`)) await delay(20);
    expect(await item(id)).toMatchObject({ paused: true, state: { status: 'paused' } });
    await shuttle.change(id, { paused: false });
    expect(await shuttle.sendLines(id, ['after the pause'])).toEqual([200, { accepted: 1, dropped: 0 }]);
    await receiver.until((texts) => texts.includes('after the pause'));
  });

  it.each([
    ['a ticket that would end its element', `ticket=${encodeURIComponent('a] [forged x="y"')}`, 'x'],
    ['a time that is none', 'written_at=yesterday', 'x'],
    ['more than 20,000 lines', '', '\n'.repeat(20_001)],
  ])('sends nothing of lines with %s', async (what, query, body) => {
    const { id } = await shuttle.manage(201, { app: 'wrong', space: what.replaceAll(/\W/g, ''), url: receiver.url });
    const before = receiver.lines.length;
    const answer = await shuttle.request('POST', `/drains/${id}/lines?${query}`, `good\n${body}`);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'bad_request']);
    expect(receiver.lines.length).toBe(before);
  });

  it('knows no drain that does not exist, on any path', async () => {
    for (const [method, path, body] of [
      ['GET', '/drains/unknown', undefined],
      ['PATCH', '/drains/unknown', { paused: true }],
      ['DELETE', "/drains/x'%20OR%201=1", undefined],
      ['POST', '/drains/unknown/test', undefined],
      ['POST', '/drains/unknown/lines', 'x'],
    ] as const) {
      const response = await shuttle.request(method, path, body);
      expect([path, response.status, ((await response.json()) as { code: string }).code]).toEqual([
        path,
        404,
        'drain_not_found',
      ]);
    }
  });

  it('keeps what it was told sealed: no file of the data directory has a URL with credentials in it', async () => {
    await shuttle.manage(201, { app: 'sealed', space: 'x', url: 'https://u:kestrel-canary@logs.example.com/' });
    const files = readdirSync(shuttle.dataDir, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    for (const file of files) {
      expect(readFileSync(join(file.parentPath, file.name), 'latin1')).not.toContain('kestrel-canary');
    }
  });
});
