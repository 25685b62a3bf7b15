import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AuthApp, type Person, startOn } from '../../test-support/auth-app.js';
import { EventStream } from '../../test-support/event-stream.js';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../../test-support/test-databases.js';
import { EventSink } from '../common/events/event-sink.js';
import { ShutdownSignal } from '../common/shutdown-signal.js';
import { Database } from '../database/database.js';
import { StoredEvent } from './event.entity.js';
import { EventCleaner, KEPT_MS } from './event-cleaner.js';

jest.setTimeout(120_000);

/** For what has to be told; what has to be told soon is measured. */
const LIMIT_MS = 60_000;

/** An event of another's making, so that the test says when it is written. */
const EVENT = { type: 'ticket.changed', ticketId: 't', ticketNumber: 'SUP-9', facts: {} } as const;

describe.each(databaseKinds)('Live events on %s', (kind) => {
  let database: TestDatabase;
  let test: AuthApp;
  let url: string;
  let admin: Person;
  const streams: EventStream[] = [];

  beforeEach(async () => {
    database = await createTestDatabase(kind);
    test = await startOn(database);
    url = await listen(test);
    admin = await test.administrator();
    await test.post('/api/v1/platforms', { name: 'vm', pretty_name: 'VM' }, admin.token);
  });

  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    await test.close();
    await database.drop();
  });

  const listen = async (app: AuthApp): Promise<string> => {
    await app.app.listen({ host: '127.0.0.1', port: 0 });
    return `http://127.0.0.1:${(app.app.getHttpServer().address() as AddressInfo).port}`;
  };
  const watch = async (headers: Readonly<Record<string, string>> = {}, at = url): Promise<EventStream> => {
    const stream = await EventStream.open(at, { Authorization: `Bearer ${admin.token}`, ...headers });
    streams.push(stream);
    return stream;
  };
  const makeTicket = async (number: string): Promise<string> =>
    (await test.post<{ token: string }>('/api/v1/tickets', { number, platform: 'vm' }, admin.token)).body.token;
  const upload = async (token: string): Promise<string> => {
    const headers = { 'Upload-Token': token };
    const reply = await fetch(`${url}/api/v1/archives/a.log`, { method: 'PUT', headers, body: 'bytes' });
    return ((await reply.json()) as { id: string }).id;
  };
  const record = (count = 1): Promise<void> =>
    test.app.get(Database).transaction(async () => {
      for (let index = 0; index < count; index += 1) test.app.get(EventSink).record(EVENT);
    });

  it('tells of an upload within a second, from the ticket to its end', async () => {
    const stream = await watch();
    expect(Object.fromEntries(stream.response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(stream.response.headers.get('content-encoding')).toBeNull();
    const token = await makeTicket('SUP-1');
    const archive = await upload(token);
    const uploadedAt = Date.now();
    await stream.until(() => stream.types().includes('archive.received'), LIMIT_MS, 'the archive');
    expect((stream.events.at(-1)?.arrivedAt ?? 0) - uploadedAt).toBeLessThan(1_000);
    await test.request('PATCH', '/api/v1/tickets/SUP-1', { token: admin.token, body: { note: 'very private words' } });
    await test.request('DELETE', `/api/v1/archives/${archive}`, { token: admin.token });
    await test.request('DELETE', '/api/v1/tickets/SUP-1', { token: admin.token });
    await stream.until(() => stream.types().includes('ticket.deleted'), LIMIT_MS, 'the end of the ticket');
    expect(stream.types()).toEqual([
      ...['ticket.created', 'upload.started', 'archive.received'],
      ...['ticket.changed', 'archive.deleted', 'ticket.deleted'],
    ]);
    expect(stream.events[2]?.data).toMatchObject({ ticket: 'SUP-1', archive, size: 5 });
    for (const secret of ['very private words', token, 'a.log'])
      expect(JSON.stringify(stream.events)).not.toContain(secret);
  });

  it('resumes with exactly what was missed', async () => {
    const before = await watch();
    await record(3);
    await before.until(() => before.events.length === 3, LIMIT_MS, 'three events');
    before.close();
    await record(4);
    const after = await watch({ 'Last-Event-ID': String(before.lastEventId) });
    await record();
    await after.until(() => after.events.length >= 5, LIMIT_MS, 'five events');
    await delay(200);
    const [first = 0] = before.events.map(({ id }) => Number(id));
    expect(after.events.map(({ id }) => Number(id))).toEqual([3, 4, 5, 6, 7].map((step) => first + step));
  });

  it('continues from where it began, when nothing was told at all', async () => {
    const quiet = await watch();
    await quiet.until(() => quiet.lastEventId !== undefined, LIMIT_MS, 'a position');
    quiet.close();
    await record();
    const after = await watch({ 'Last-Event-ID': String(quiet.lastEventId) });
    await after.until(() => after.events.length === 1, LIMIT_MS, 'the missed one');
  });

  it('says so when what was missed is no longer kept, or was never told', async () => {
    await record(2);
    await test.app.get(Database).transaction(async () => {
      const rows = test.app.get(Database).repository(StoredEvent);
      await rows.update({ type: EVENT.type }, { time: test.now() - KEPT_MS - 1_000 });
    });
    await record();
    await test.app.get(EventCleaner).run();
    expect(await test.app.get(Database).repository(StoredEvent).count()).toBe(1);
    for (const position of ['0', '999999']) {
      const stream = await watch({ 'Last-Event-ID': position });
      await stream.until(() => stream.events.length > 0, LIMIT_MS, 'the reset');
      expect(stream.types()).toEqual(['reset']);
    }
    for (const nonsense of ['-1', '1e3', 'x']) expect((await watch({ 'Last-Event-ID': nonsense })).events).toEqual([]);
  });

  it('tells nothing of what was rolled back', async () => {
    const stream = await watch();
    const failed = test.app.get(Database).transaction(async () => {
      test.app.get(EventSink).record(EVENT);
      throw new Error('on purpose');
    });
    await expect(failed).rejects.toThrow('on purpose');
    await makeTicket('SUP-1');
    expect((await test.post('/api/v1/tickets', { number: 'SUP-1', platform: 'vm' }, admin.token)).status).toBe(409);
    await record();
    await stream.until(() => stream.events.length >= 2, LIMIT_MS, 'the two that were committed');
    await delay(1_200);
    expect(stream.types()).toEqual(['ticket.created', 'ticket.changed']);
    const [first, second] = stream.events.map(({ id }) => Number(id));
    expect(second).toBe(Number(first) + 1);
  });

  it('loses and repeats nothing when many commit at once, here and in another replica', async () => {
    const replicas = [test, ...(kind === 'sqlite' ? [] : [await startOn(database, { DATA_DIR: test.directory })])];
    try {
      const here = await watch();
      const begun = Number(here.lastEventId ?? (await positionOf(here)));
      const writers = Array.from({ length: 60 }, (_, index) => replicas[index % replicas.length] ?? test);
      await Promise.all(
        writers.map((writer) =>
          writer.app.get(Database).transaction(async () => writer.app.get(EventSink).record(EVENT)),
        ),
      );
      await here.until(() => here.events.length >= 60, LIMIT_MS, 'all sixty');
      expect(here.events.map(({ id }) => Number(id))).toEqual(Array.from({ length: 60 }, (_, n) => begun + 1 + n));
    } finally {
      for (const replica of replicas.slice(1)) await replica.close();
    }
  });

  it('ends with the user, the session and the key, and lets no one in who may not see', async () => {
    const anna = await test.invite(admin, 'anna', 'viewer');
    const bert = await test.invite(admin, 'bert', 'viewer');
    const { key, id } = (await test.post('/api/v1/auth/api-keys', { label: 'watch', scopes: ['read'] }, bert.token))
      .body;
    const other = (await test.post('/api/v1/auth/api-keys', { label: 'd', scopes: ['download'] }, bert.token)).body.key;
    const asAnna = await watch({ Authorization: `Bearer ${anna.token}` });
    const asBert = await watch({ Authorization: `Bearer ${bert.token}` });
    const byKey = await watch({ Authorization: `Bearer ${key}` });
    const stays = await watch();
    await expect(watch({ Authorization: `Bearer ${other}` })).rejects.toThrow('scope_missing');
    await test.request('DELETE', '/api/v1/users/anna', { token: admin.token });
    await test.post('/api/v1/auth/token/logout', {}, bert.token);
    await test.login('bert', 'quiet harbour lantern 42');
    await test.request('DELETE', `/api/v1/auth/api-keys/${id}`, { token: admin.token });
    for (const stream of [asAnna, asBert, byKey]) await stream.until(() => stream.isEnded, LIMIT_MS, 'the end');
    expect(stays.isEnded).toBe(false);
    await stays.until(() => stays.comments > 0, LIMIT_MS, 'a heartbeat');
  });

  it('ends when the process is about to end', async () => {
    const stream = await watch();
    await test.app.get(ShutdownSignal).begin();
    await stream.until(() => stream.isEnded, LIMIT_MS, 'the end');
    expect((await fetch(`${url}/api/v1/events`)).status).toBe(503);
  });

  async function positionOf(stream: EventStream): Promise<string | undefined> {
    await stream.until(() => stream.lastEventId !== undefined, LIMIT_MS, 'a position');
    return stream.lastEventId;
  }
});
