import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { sha256 } from '../support/bytes.js';
import { uploadThrough } from '../support/doors.js';
import { TestServer } from '../support/server.js';
import { Admin, type Reply, type TicketReply } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const NUMBERS = ['9', '10', '100', 'SUP-9', 'SUP-10', 'ABC_1', '7'];

describe.each(['sqlite', 'postgres 15'] as const)('Lists and edits on %s', (kind) => {
  let database: TestDatabase;
  let server: TestServer;
  let admin: Admin;
  let tickets: TicketReply[];

  beforeAll(async () => {
    database = await createTestDatabase(kind);
    server = await TestServer.start(kind === 'sqlite' ? {} : { DB_URL: database.url });
    admin = await Admin.enrolled(server);
    await admin.createPlatform();
    await admin.createPlatform('dcimanager-6');
    tickets = [];
    for (const number of NUMBERS) {
      const platform = number === '7' ? 'dcimanager-6' : 'vmmanager-6';
      tickets.push(await admin.createTicket(number, { platform, note: `about ${number} 100%` }));
    }
    const { token = '' } = tickets[3] ?? {};
    for (const name of ['a.log', 'B.log', 'c_1.tar.gz']) {
      await uploadThrough(server, 'a raw PUT', { token, name, bytes: Buffer.from(name) });
    }
    await admin.expect(200, 'PATCH', '/api/v1/tickets/10', { resolved: true });
    for (const label of ['second', 'third']) {
      await admin.expect(201, 'POST', '/api/v1/tickets/SUP-10/tokens', { label });
    }
    const tus = new TusClient(server, tickets[4]?.token ?? '');
    await tus.begin(10, 'one.log');
    await tus.begin(10, 'two.log');
  });

  afterAll(async () => {
    await server.dispose();
    await database.drop();
  });

  async function numbersAt(query: string): Promise<string[]> {
    const found = await admin.expect<{ number: string }[]>(200, 'GET', `/api/v1/tickets${query}`);
    return found.map(({ number }) => number);
  }

  async function namesAt(query: string): Promise<string[]> {
    const found = await admin.expect<{ name: string }[]>(200, 'GET', `/api/v1/archives${query}`);
    return found.map(({ name }) => name);
  }

  it('are bare arrays, newest first, with X-Total-Count', async () => {
    const reply = await admin.request<TicketReply[]>('GET', '/api/v1/tickets');
    expect(reply.body.map(({ number }) => number)).toEqual([...NUMBERS].reverse());
    expect(reply.headers.get('x-total-count')).toBe(String(NUMBERS.length));
    expect([reply.headers.get('x-total-count-exact'), reply.headers.get('link')]).toEqual([null, null]);
    expect(await namesAt('')).toEqual(['c_1.tar.gz', 'B.log', 'a.log']);
  });

  it.each(['', '&ordering=number', '&ordering=-number', '&ordering=time_create', '&ordering=-id'])(
    'go on with Link rel="next" until everything was answered once: ?limit=2%s',
    async (ordering) => {
      const whole = await numbersAt(`?x=1${ordering}`);
      const seen: string[] = [];
      let pages = 0;
      for (let next: string | undefined = `/api/v1/tickets/?limit=2${ordering}`; next; pages += 1) {
        const reply: Reply<TicketReply[]> = await admin.request('GET', next);
        expect([reply.status, reply.headers.get('x-total-count')]).toEqual([200, '7']);
        seen.push(...reply.body.map(({ number }) => number));
        next = /^<([^>]+)>; rel="next"$/.exec(reply.headers.get('link') ?? '')?.[1];
      }
      expect([seen, pages]).toEqual([whole, 4]);
    },
  );

  it.each(['1001', '99999999999999999999999'])('answer as many as there may be for ?limit=%s', async (limit) => {
    expect(await numbersAt(`?limit=${limit}`)).toEqual([...NUMBERS].reverse());
  });

  it.each([
    ['/tickets', NUMBERS.length],
    ['/platforms', 2],
    ['/archives', 3],
    ['/users', 1],
    ['/auth/sessions', 1],
    ['/auth/api-keys', 0],
    ['/audit?target_kind=platform', 2],
    ['/tickets/SUP-10/tokens', 3],
    ['/tickets/SUP-10/uploads', 2],
  ])('%s tells its total and the way to the next page', async (path, total) => {
    const whole = await admin.request<{ id?: string; username?: string }[]>('GET', `/api/v1${path}`);
    expect([whole.status, whole.headers.get('x-total-count'), whole.headers.get('link')]).toEqual([
      200,
      String(total),
      null,
    ]);
    const answered: unknown[] = [];
    const first = `/api/v1${path}${path.includes('?') ? '&' : '?'}limit=1`;
    for (let next: string | undefined = first; next; ) {
      const reply: Reply<{ id?: string; username?: string }[]> = await admin.request('GET', next);
      expect([reply.body.length, reply.headers.get('x-total-count')]).toEqual([Math.min(1, total), String(total)]);
      answered.push(...reply.body.map(({ id, username }) => id ?? username));
      next = /^<([^>]+)>; rel="next"$/.exec(reply.headers.get('link') ?? '')?.[1];
    }
    expect(answered).toEqual(whole.body.map(({ id, username }) => id ?? username));
  });

  it.each(['/tickets/SUP-9/timeline', '/storage/history'])('%s, which is whole, tells its total', async (path) => {
    const reply = await admin.request<unknown[]>('GET', `/api/v1${path}`);
    expect([reply.status, reply.headers.get('link')]).toEqual([200, null]);
    expect(reply.headers.get('x-total-count')).toBe(String(reply.body.length));
  });

  it('page archives and platforms too', async () => {
    const first = await admin.request<{ name: string }[]>('GET', '/api/v1/archives?ticket=SUP-9&limit=2');
    expect(first.headers.get('x-total-count')).toBe('3');
    const next = /^<([^>]+)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect(next).toContain('ticket=SUP-9');
    expect(await admin.expect(200, 'GET', next)).toEqual([expect.objectContaining({ name: 'a.log' })]);
    const platforms = await admin.request<{ name: string }[]>('GET', '/api/v1/platforms/?limit=1');
    expect([platforms.body[0]?.name, platforms.headers.get('x-total-count')]).toEqual(['dcimanager-6', '2']);
  });

  it.each([
    ['?number=9,10', ['10', '9']],
    ['?number__in=SUP-9,%20ABC_1,none', ['ABC_1', 'SUP-9']],
    ['?number__contains=sup-1', ['SUP-10']],
    ['?number__contains=_', ['ABC_1']],
    ['?number__contains=%25', []],
    ['?number__gte=9&number__lte=10', ['10', '9']],
    ['?number__gte=sup-9', ['SUP-10', 'SUP-9']],
    ['?resolved=true', ['10']],
    ['?resolved=True', ['10']],
    ['?resolved=1', ['10']],
    ['?resolved=false&number=10', []],
    ['?user=admin&number=7', ['7']],
    ['?user=nobody', []],
    ['?platform=dcimanager-6', ['7']],
    ['?search=ABOUT%20sup', ['SUP-10', 'SUP-9']],
    ['?search=100%25%20sup-10', ['SUP-10']],
    ['?search=%25%25', []],
    ['?time_create__gte=2999-01-01', []],
    ['?time_create__lte=2999-01-01&number=7', ['7']],
    ['?ordering=number', ['7', '9', '10', '100', 'ABC_1', 'SUP-9', 'SUP-10']],
    ['?unknown=1&format=json&number=7', ['7']],
    ['?number=7&resolved=&user=&platform=&search=&time_create__gte=&id__in=&ordering=&cursor=', ['7']],
  ])('tickets are narrowed by %s', async (query, expected) => {
    expect(await numbersAt(query)).toEqual(expected);
  });

  it.each(['Журнал', 'журнал', 'ЖУРНАЛ%20О'])('capitals make no difference in any alphabet: %s', async (text) => {
    const token = tickets[5]?.token ?? '';
    await uploadThrough(server, 'a raw PUT', { token, name: 'Журнал Ошибок.txt', bytes: Buffer.from('ё') });
    expect(await namesAt(`?name=${text}&ticket=ABC_1`)).toEqual(['Журнал Ошибок.txt']);
    await admin.request('POST', '/api/v1/platforms', { name: 'journal', pretty_name: 'Журнал Ошибок' });
    const found = await admin.expect<{ name: string }[]>(200, 'GET', `/api/v1/platforms?search=${text}`);
    expect(found.map(({ name }) => name)).toEqual(['journal']);
    await admin.expect(204, 'DELETE', '/api/v1/platforms/journal');
    const [archive] = await admin.expect<{ id: string }[]>(200, 'GET', '/api/v1/archives?ticket=ABC_1');
    await admin.expect(204, 'DELETE', `/api/v1/archives/${archive?.id}`);
  });

  it('tickets are narrowed by id', async () => {
    const ids = tickets.map(({ id }) => id);
    expect(await numbersAt(`?id=${ids[0]}`)).toEqual(['9']);
    expect(await numbersAt(`?id__in=${ids[0]},${ids[6]}`)).toEqual(['7', '9']);
    expect(await numbersAt(`?id__gte=${ids[5]}`)).toEqual(['7', 'ABC_1']);
    expect(await numbersAt(`?id__lte=${ids[1]}`)).toEqual(['10', '9']);
  });

  it.each([
    ['?ticket=SUP-9&name=.LOG', ['B.log', 'a.log']],
    ['?name=c_1', ['c_1.tar.gz']],
    ['?name=%25', []],
    [`?sha256=${sha256(Buffer.from('a.log'))}`, ['a.log']],
    [`?sha256=${sha256(Buffer.from('a.log')).toUpperCase()}`, ['a.log']],
    [`?sha256=${sha256(Buffer.from('a.log')).slice(0, 12)}`, ['a.log']],
    ['?ticket__gte=SUP-9&ticket__lte=sup-10&name=a.log', ['a.log']],
    ['?ticket__gte=SUP-10', []],
    ['?ticket__lte=100', []],
    ['?time_create=2999-01-01', []],
    ['?platform=dcimanager-6', []],
    ['?platform=vmmanager-6&limit=1', ['c_1.tar.gz']],
    ['?ticket=none', []],
    ['?ticket=none,SUP-9&name=a', ['c_1.tar.gz', 'a.log']],
    ['?time_create__gte=2999-01-01', []],
    ['?unknown=1&name=B.log', ['B.log']],
    ['?name=B.log&ticket=&ticket__lte=&platform=&sha256=&time_create=', ['B.log']],
  ])('archives are narrowed by %s', async (query, expected) => {
    expect(await namesAt(query)).toEqual(expected);
  });

  it.each([
    '?limit=0',
    '?limit=-1',
    '?limit=x',
    '?limit=1e3',
    '?limit=',
    '?limit=5&limit=6',
    '?limit=0x10',
    '?ordering=note',
    '?resolved=maybe',
    '?time_create__gte=soon',
    '?time_create__lte=2026-W10',
    '?time_create__lte=2026-13-45',
  ])('422 with a pointer for %s', async (query) => {
    const reply = await admin.request<{ errors: { pointer: string }[] }>('GET', `/api/v1/tickets${query}`);
    expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([422, `/${query.slice(1).split('=')[0]}`]);
  });

  it.each(['x', btoa('[1]'), btoa('{"a":1}'), btoa('["x","y"]'), btoa('[null,null]')])(
    'a cursor of somebody else breaks nothing: %s',
    async (cursor) => {
      for (const list of ['tickets', 'archives', 'platforms']) {
        const reply = await admin.request('GET', `/api/v1/${list}?cursor=${encodeURIComponent(cursor)}`);
        expect([200, 400]).toContain(reply.status);
      }
    },
  );

  it.each([
    'tickets?search=',
    'tickets?number=',
    'tickets?user=',
    'tickets?number__contains=',
    'tickets?platform=',
    'tickets/',
    'archives?name=',
    'archives?ticket=',
    'archives/',
    'platforms?search=',
    'platforms/',
    'tokens/',
  ])('NUL in a text is no fault of the server: %s', async (path) => {
    expect((await admin.request('GET', `/api/v1/${path}a%00b`)).status).toBeLessThan(500);
  });

  it('422 for NUL in what would be stored', async () => {
    for (const body of [{ note: 'a\0b' }, { number: '9\0' }, { platform: 'x\0' }]) {
      expect((await admin.request('PATCH', '/api/v1/tickets/9', body)).status).toBe(422);
    }
    expect((await admin.request('PATCH', '/api/v1/platforms/vmmanager-6', { pretty_name: 'a\0' })).status).toBe(422);
  });

  it('null is no value for what a ticket must have', async () => {
    for (const body of [{ platform: null }, { number: null }, { resolved: null }]) {
      expect((await admin.request('PATCH', '/api/v1/tickets/9', body)).status).toBeLessThan(500);
    }
    const [token] = await admin.expect<{ id: string }[]>(200, 'GET', '/api/v1/tickets/9/tokens');
    const edited = await admin.request('PATCH', `/api/v1/tokens/${token?.id}`, { label: null, attempts: null });
    expect([edited.status, edited.body.attempts]).toEqual([200, 5]);
    for (const expires_at of ['2026-W10-1', 'tomorrow', '']) {
      expect((await admin.request('PATCH', '/api/v1/tickets/9', { expires_at })).status).toBe(422);
    }
    expect(await admin.readTicket('9')).toMatchObject({ number: '9', platform: 'vmmanager-6', resolved: false });
  });

  it('a number may be written as an integer, a slash may follow, and the number is unique', async () => {
    const made = await admin.request('POST', '/api/v1/tickets/', { number: 4711, platform: 'vmmanager-6' });
    expect([made.status, made.body.number]).toEqual([201, '4711']);
    const again = await admin.request('POST', '/api/v1/tickets', { number: '4711', platform: 'vmmanager-6' });
    expect([again.status, again.body.code]).toEqual([409, 'ticket_number_taken']);
    // 2^53 and more have lost digits by the time they are read.
    for (const number of ['', '-1', 'a b', '../x', 'x'.repeat(65), 1.5, 2 ** 53, 1.5e300, null, {}]) {
      const reply = await admin.request('POST', '/api/v1/tickets', { number, platform: 'vmmanager-6' });
      expect([number, reply.status]).toEqual([number, 422]);
    }
    const removed = await admin.request('DELETE', '/api/v1/tickets/4711/', undefined, {
      'Content-Type': 'application/json',
    });
    expect(removed.status).toBe(204);
  });

  it('an edit is guarded by If-Match, and counts up the version; an upload does not', async () => {
    const read = await admin.request<TicketReply>('GET', '/api/v1/tickets/SUP-9');
    expect([read.headers.get('etag'), read.body.version]).toEqual(['"1"', 1]);
    const patch = (ifMatch: string, note = 'new') =>
      admin.request<TicketReply>('PATCH', '/api/v1/tickets/SUP-9', { note }, { 'If-Match': ifMatch });
    expect((await patch('"2"')).status).toBe(412);
    expect((await patch('W/"1"')).status).toBe(412);
    expect((await patch('x')).status).toBe(412);
    const edited = await patch('"1"');
    expect([edited.status, edited.headers.get('etag'), edited.body.version]).toEqual([200, '"2"', 2]);
    expect((await patch('*', 'newer')).body.version).toBe(3);
    const platform = await admin.request(
      'PATCH',
      '/api/v1/platforms/vmmanager-6/',
      { pretty_name: 'VM' },
      { 'If-Match': '"9"' },
    );
    expect(platform.status).toBe(412);
    const races = await Promise.all([1, 2, 3, 4].map((racer) => patch('"3"', `of ${racer}`)));
    expect(races.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  });

  it('an edit that changes nothing leaves the version as it is, and with it what others have read', async () => {
    const ticket = (await admin.request<TicketReply & { note: string }>('GET', '/api/v1/tickets/SUP-9')).body;
    const { note, version } = ticket;
    for (const same of [{}, { note }, { note, resolved: false, platform: 'vmmanager-6', number: 'SUP-9' }])
      expect((await admin.request('PATCH', '/api/v1/tickets/SUP-9', same)).body).toEqual(ticket);
    expect((await admin.request('PATCH', '/api/v1/tickets/SUP-9', { resolved: true })).body.version).toBe(version + 1);
    await admin.request('PATCH', '/api/v1/tickets/SUP-9', { resolved: false });
    const platform = '/api/v1/platforms/vmmanager-6/';
    const read = (await admin.request('GET', platform)).body;
    expect((await admin.request('PATCH', platform, { pretty_name: read.pretty_name })).body).toEqual(read);
  });

  it('many tickets are resolved and reopened at once; numbers that are not there are named', async () => {
    const numbers = [100, 'SUP-10', 'none', '100'];
    const resolved = await admin.expect(200, 'POST', '/api/v1/tickets/resolve/', { numbers, resolved: true });
    expect(resolved).toEqual({ changed: ['100', 'SUP-10'], missing: ['none'] });
    expect(await numbersAt('?resolved=true')).toEqual(['SUP-10', '100', '10']);
    await admin.expect(200, 'POST', '/api/v1/tickets/resolve', { numbers, resolved: false });
    expect(await numbersAt('?resolved=true')).toEqual(['10']);
    expect((await admin.request('POST', '/api/v1/tickets/resolve', { numbers: [], resolved: true })).status).toBe(422);
  });
});
