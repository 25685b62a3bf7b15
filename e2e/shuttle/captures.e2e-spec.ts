import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '../../scripts/test-support/until.js';
import { sha256 } from '../support/bytes.js';
import { type CaptureReply, Capturer, numberedLines, numberedTexts as texts } from '../support/captures.js';
import { canRunKafka, TestKafka } from '../support/kafka.js';
import { ADMIN } from '../support/server.js';
import { AUTH_KEY, TestShuttle } from '../support/shuttle.js';
import { Stage } from '../support/stage.js';
import { TextStream } from '../support/text-stream.js';

jest.setTimeout(120_000);

const describeKafka = canRunKafka() ? describe : describe.skip;
interface TimelineEntry {
  readonly action: string;
}

const SPACE = 'space';
const GAP = expect.stringMatching(/^… gap: the stream was interrupted from \S+Z to \S+Z; lines may be missing here …$/);

/** The shipped server, the shipped shuttle and a real broker. */
describeKafka('Capturing a live log into a ticket', () => {
  let kafka: TestKafka;
  let shuttle: TestShuttle;
  let stage: Stage;
  let capturer: Capturer;

  beforeAll(async () => {
    kafka = await TestKafka.start();
    await kafka.createTopic(SPACE, 1);
    shuttle = new TestShuttle(kafka.brokers);
    await shuttle.start();
    stage = await Stage.set('sqlite', { SHUTTLE_URL: shuttle.url, SHUTTLE_AUTH_KEY: AUTH_KEY });
    capturer = new Capturer(stage.admin);
  });

  afterAll(async () => {
    await stage?.strike();
    await shuttle?.dispose();
    await kafka?.dispose();
  });

  const list = (query: string) => stage.admin.expect<CaptureReply[]>(200, 'GET', `/api/v1/captures?${query}`);
  const code = async (path: string, body: unknown, method = 'POST') =>
    (await stage.admin.request<{ code: string }>(method, path, body)).body.code;

  it('becomes an archive whose lines are what was produced, with the digest that its row names', async () => {
    const { token } = await stage.admin.createTicket('C-1', { attempts: 3 });
    const { id } = await capturer.listening('C-1', SPACE);
    for (let from = 0; from < 5_000; from += 500) await kafka.produce(SPACE, numberedLines(SPACE, from, 500));
    await capturer.until(id, ({ lines }) => lines === 5_000);
    await capturer.stop(id);
    const capture = await capturer.whenOver(id);
    expect(capture).toMatchObject({ state: 'done', ended_by: 'staff', error: null, gaps: 0 });
    expect(await capturer.texts(capture)).toEqual(texts(0, 5_000));
    const archive = await stage.admin.expect<Record<string, unknown>>(
      200,
      'GET',
      `/api/v1/archives/${capture.archive}`,
    );
    expect(archive).toMatchObject({ ticket: 'C-1', capture: true, media_type: 'application/gzip' });
    expect(archive.name).toMatch(/^shop-space-\d{8}T\d{6}Z\.log\.gz$/);
    expect(archive.sha256).toBe(sha256(await capturer.bytes(capture)));
    expect((await list('ticket=C-1')).map((item) => item.id)).toEqual([id]);
    const timeline = await stage.admin.expect<TimelineEntry[]>(200, 'GET', '/api/v1/tickets/C-1/timeline');
    expect(timeline.filter(({ action }) => action.startsWith('capture.'))).toMatchObject([
      { action: 'capture.ended', name: 'shop-space', size: capture.bytes, outcome: 'staff', reason: null },
      { action: 'capture.stopped', name: 'shop-space', actor_name: ADMIN.username },
      { action: 'capture.started', name: 'shop-space', actor_name: ADMIN.username },
    ]);
    // The customer's token is what it was, and nobody is shown another.
    const tokens = await stage.admin.expect<object[]>(200, 'GET', '/api/v1/tickets/C-1/tokens');
    expect(tokens).toEqual([expect.objectContaining({ token, attempts: 3, attempts_used: 0 })]);
    expect(await stage.lastingDisagreements()).toEqual([]);
  });

  it('ends with its time, and before the line that would be too much', async () => {
    await stage.admin.createTicket('C-2');
    const short = await capturer.listening('C-2', SPACE, { duration_seconds: 8 });
    await kafka.produce(SPACE, numberedLines(SPACE, 0, 10));
    expect(await capturer.whenOver(short.id)).toMatchObject({ state: 'done', ended_by: 'time', lines: 10, gaps: 0 });
    const small = await capturer.begin('C-2', SPACE, { max_bytes: 1_024 });
    const full = await until(
      async () => {
        await kafka.produce(SPACE, numberedLines(SPACE, 0, 10));
        return capturer.read(small.id);
      },
      ({ state }) => state === 'done',
    );
    expect(full).toMatchObject({ ended_by: 'size' });
    expect(full.bytes).toBeGreaterThan(900);
    expect(full.bytes).toBeLessThanOrEqual(1_024);
  });

  it('goes on after the shuttle was away, and says in the text where lines may be missing', async () => {
    await stage.admin.createTicket('C-3');
    const { id } = await capturer.listening('C-3', SPACE);
    await kafka.produce(SPACE, numberedLines(SPACE, 0, 3));
    await capturer.until(id, ({ lines }) => lines === 3);
    await shuttle.kill();
    await capturer.until(id, ({ error }) => error !== null);
    await shuttle.start();
    await capturer.until(id, ({ error, gaps }) => error === null && gaps === 1);
    await kafka.produce(SPACE, numberedLines(SPACE, 9, 1));
    await capturer.until(id, ({ lines }) => lines === 4);
    await capturer.stop(id);
    expect(await capturer.texts(await capturer.whenOver(id))).toEqual([...texts(0, 3), GAP, 'line 9']);
  });

  it('goes on after its server was stopped, with all that had come, and killed, with what was safe', async () => {
    await stage.admin.createTicket('C-4');
    const { id } = await capturer.listening('C-4', SPACE);
    const tail = `${stage.server.url}/api/v1/drains/tail?app=shop&space=${SPACE}`;
    const beside = await TextStream.open(tail, { Authorization: `Bearer ${stage.admin.access}` });
    await beside.until(() => beside.text.includes(': begins'));
    await kafka.produce(SPACE, numberedLines(SPACE, 0, 1_000));
    // Who watches has read them, and so has the capture, which has not yet flushed them.
    await beside.until(() => beside.text.includes('line 999'));
    await delay(500);
    beside.close();
    await stage.server.restart();
    await capturer.until(id, ({ error, gaps }) => error === null && gaps === 1);
    await kafka.produce(SPACE, numberedLines(SPACE, 2_000, 1_000));
    await capturer.until(id, ({ lines }) => lines === 2_000);
    await kafka.produce(SPACE, numberedLines(SPACE, 3_000, 500));
    await stage.server.kill();
    await stage.server.start();
    await capturer.until(id, ({ error, gaps }) => error === null && gaps === 2);
    await kafka.produce(SPACE, numberedLines(SPACE, 9_000, 1));
    await capturer.until(id, ({ lines }) => lines > 2_000);
    await capturer.stop(id);
    const capture = await capturer.whenOver(id);
    expect(capture).toMatchObject({ state: 'done', ended_by: 'staff', error: null });
    const found = await capturer.texts(capture);
    const safe = found.lastIndexOf(found.findLast((text) => text.startsWith('… gap')) ?? '') - 1_001;
    expect(safe).toBeGreaterThanOrEqual(1_000);
    expect(found).toEqual([...texts(0, 1_000), GAP, ...texts(2_000, safe), GAP, 'line 9000']);
    expect(await stage.lastingDisagreements()).toEqual([]);
  });

  it('leaves nothing when it is cancelled, or its ticket is deleted', async () => {
    await stage.admin.createTicket('C-5');
    const before = stage.server.files().length;
    const cancelled = await capturer.listening('C-5', SPACE);
    await stage.admin.expect(204, 'DELETE', `/api/v1/captures/${cancelled.id}`);
    expect(await capturer.read(cancelled.id)).toMatchObject({ state: 'cancelled', archive: null });
    expect(await code(`/api/v1/captures/${cancelled.id}`, undefined, 'DELETE')).toBe('capture_ended');
    const deleted = await capturer.listening('C-5', SPACE);
    await stage.freshen();
    await stage.admin.expect(204, 'DELETE', '/api/v1/tickets/C-5');
    expect((await stage.admin.request('GET', `/api/v1/captures/${deleted.id}`)).status).toBe(404);
    await until(
      async () => stage.server.files().length,
      (count) => count === before,
    );
    await until(
      () => stage.rows("SELECT id FROM upload WHERE door = 'capture' AND state <> 'done'"),
      (rows) => rows.length === 0,
    );
    expect(await stage.lastingDisagreements()).toEqual([]);
  });

  it('is refused twice for one stream and ticket, for a resolved ticket, and without a stream', async () => {
    await stage.admin.createTicket('C-6');
    const path = '/api/v1/tickets/C-6/captures';
    const body = { app: 'shop', space: SPACE, duration_seconds: 60 };
    const { id } = await capturer.begin('C-6', SPACE);
    expect(await code(path, body)).toBe('capture_exists');
    await stage.admin.expect(200, 'PATCH', '/api/v1/tickets/C-6', { resolved: true });
    expect(await code(path, { ...body, app: 'other' })).toBe('capture_ticket_resolved');
    expect(await code(path, { duration_seconds: 60 })).toBe('validation_failed');
    expect(await code(path, { ...body, duration_seconds: 3_601 })).toBe('validation_failed');
    // The one that ran may not write into a resolved ticket any more. It had nothing.
    await kafka.produce(SPACE, numberedLines(SPACE, 0, 5));
    const ended = await until(
      async () => {
        await kafka.produce(SPACE, numberedLines(SPACE, 5, 5));
        return capturer.read(id);
      },
      ({ state }) => state !== 'running',
    );
    expect(await capturer.whenOver(ended.id)).toMatchObject({ state: 'failed', archive: null });
  });
});
