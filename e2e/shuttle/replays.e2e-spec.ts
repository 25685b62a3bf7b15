import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '../../scripts/test-support/until.js';
import { canRunKafka, TestKafka } from '../support/kafka.js';
import { LineReceiver } from '../support/line-receiver.js';
import { AUTH_KEY, type ManagedDrain, TestShuttle } from '../support/shuttle.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

const describeKafka = canRunKafka() ? describe : describe.skip;

interface ReplayReply {
  readonly id: string;
  readonly state: string;
  readonly error: string | null;
  readonly lines_sent: number;
  readonly bytes_read: number;
  readonly total_bytes: number;
}

/** More lines than are sent before somebody can act. */
const LONG = 400_000;
const START_MS = Date.parse('2025-11-20T10:00:00Z');
const timeOf = (number: number) => new Date(START_MS + number * 1_000).toISOString().slice(0, 19);
const logOf = (count: number) =>
  Array.from({ length: count }, (_, number) => `${timeOf(number)}Z line ${number}\n`).join('');

/** Time, structured data and number of a packet. */
function partsOf(packet: string): { time: string; data: string; number: number } {
  const [, time = '', data = '', number] =
    /^<\d+>1 (\S+) \S+ \S+ \S+ \S+ (-|\[[^\]]*\]) .*line (\d+)$/.exec(packet) ?? [];
  return { time, data, number: Number(number) };
}

/** The shipped server, the shipped shuttle and a receiver of syslog. */
describeKafka('Replaying an archive into a drain', () => {
  let kafka: TestKafka;
  let shuttle: TestShuttle;
  let stage: Stage;
  let token: string;

  beforeAll(async () => {
    kafka = await TestKafka.start();
    await kafka.createTopic('space', 1);
    shuttle = new TestShuttle(kafka.brokers);
    await shuttle.start();
    stage = await Stage.set('sqlite', { SHUTTLE_URL: shuttle.url, SHUTTLE_AUTH_KEY: AUTH_KEY });
    ({ token } = await stage.admin.createTicket('R-1', { attempts: 50 }));
  });

  afterAll(async () => {
    await stage?.strike();
    await shuttle?.dispose();
    await kafka?.dispose();
  });

  async function store(name: string, bytes: Uint8Array<ArrayBuffer> | string): Promise<string> {
    const answer = await fetch(`${stage.server.url}/api/v1/archives/${name}`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: bytes,
    });
    return ((await answer.json()) as { id: string }).id;
  }

  async function drainTo(url: string): Promise<string> {
    const body = { app: 'replayed', space: 'elsewhere', url };
    return (await stage.admin.expect<ManagedDrain>(201, 'POST', '/api/v1/drains', body)).id;
  }

  const replay = (archive: string, drain: string) =>
    stage.admin.expect<ReplayReply>(202, 'POST', `/api/v1/archives/${archive}/replays`, { drain_id: drain });
  const read = (id: string) => stage.admin.expect<ReplayReply>(200, 'GET', `/api/v1/replays/${id}`);
  const refusal = async (archive: string, drain: string) =>
    (await stage.admin.request('POST', `/api/v1/archives/${archive}/replays`, { drain_id: drain })).body;
  const whenOver = (id: string) =>
    until(
      () => read(id),
      ({ state }) => state !== 'running',
    );

  it('arrives complete and in order, each line with its own time and the number of the ticket', async () => {
    const receiver = await LineReceiver.listen();
    const drain = await drainTo(receiver.url);
    const archive = await store('system.log.gz', new Uint8Array(gzipSync(logOf(20_000))));
    const { id } = await replay(archive, drain);
    const ended = await whenOver(id);
    expect(ended).toMatchObject({ state: 'done', error: null, lines_sent: 20_000, lines_dropped: 0 });
    expect(ended.bytes_read).toBe(ended.total_bytes);
    await receiver.until((texts) => texts.length >= 20_000);
    const packets = receiver.lines.map(partsOf);
    expect(packets.map(({ number }) => number)).toEqual(Array.from({ length: 20_000 }, (_, number) => number));
    expect(packets.filter(({ time, number }) => time !== `${timeOf(number)}Z`)).toEqual([]);
    expect(new Set(packets.map(({ data }) => data)).size).toBe(1);
    expect(packets[0]?.data).toContain('ticket="R-1"');
    await receiver.close();
  });

  it('goes on after its server was killed: complete, in order but for what is sent again', async () => {
    const receiver = await LineReceiver.listen();
    const drain = await drainTo(receiver.url);
    const archive = await store('system.log.zst', new Uint8Array(zstdCompressSync(logOf(120_000))));
    const { id } = await replay(archive, drain);
    await receiver.until((texts) => texts.length > 3_000);
    await stage.server.kill();
    await stage.server.start();
    expect(await whenOver(id)).toMatchObject({ state: 'done', lines_sent: 120_000 });
    await receiver.until((texts) => texts.some((text) => text.endsWith(' line 119999')));
    const numbers = receiver.lines.map((line) => partsOf(line).number);
    const seen = new Set<number>();
    const firsts = numbers.filter((number) => !seen.has(number) && seen.add(number));
    expect(firsts).toEqual(Array.from({ length: 120_000 }, (_, number) => number));
    // No more than the batch that was under way.
    expect(numbers.length - firsts.length).toBeLessThanOrEqual(20_000);
    await receiver.close();
  });

  it('waits for a paused drain and a shuttle that is away, and is cancelled', async () => {
    const receiver = await LineReceiver.listen();
    const drain = await drainTo(receiver.url);
    const archive = await store('long.log', logOf(LONG));
    const { id } = await replay(archive, drain);
    expect(await refusal(archive, drain)).toMatchObject({ code: 'replay_exists' });
    await receiver.until((texts) => texts.length > 1_000);
    await stage.admin.expect(200, 'PATCH', `/api/v1/drains/${drain}`, { paused: true });
    const waiting = await until(
      () => read(id),
      ({ error }) => error !== null,
    );
    expect(waiting).toMatchObject({ state: 'running', error: expect.stringContaining('paused') });
    expect(await refusal(archive, drain)).toMatchObject({ code: 'drain_paused' });
    await shuttle.kill();
    await until(
      () => read(id),
      ({ error }) => error?.includes('does not answer') === true,
    );
    await stage.admin.expect(204, 'DELETE', `/api/v1/replays/${id}`);
    const cancelled = await read(id);
    expect(cancelled).toMatchObject({ state: 'cancelled', error: null });
    expect(cancelled.lines_sent).toBeLessThan(LONG);
    await shuttle.start();
    await stage.admin.expect(200, 'PATCH', `/api/v1/drains/${drain}`, { paused: false });
    await delay(500);
    expect(await read(id)).toEqual(cancelled);
    await receiver.close();
  });

  it('refuses what is no text before anything is sent, and says what it is', async () => {
    const receiver = await LineReceiver.listen();
    const drain = await drainTo(receiver.url);
    const tar = Buffer.alloc(1_024);
    tar.write('ustar', 257);
    const files: [string, Uint8Array<ArrayBuffer>, string][] = [
      ['a.zip', new Uint8Array(Buffer.from('PK\x03\x04rest')), 'ZIP archive'],
      ['a.tar.gz', new Uint8Array(gzipSync(tar)), 'tar archive'],
      ['a.bin', new Uint8Array([1, 2, 3, 0, 4]), 'binary'],
      ['cut.gz', new Uint8Array(gzipSync(logOf(10)).subarray(0, 60)), 'cut off'],
    ];
    for (const [name, bytes, reason] of files) {
      const body = await refusal(await store(name, bytes), drain);
      expect(body).toMatchObject({ code: 'archive_not_text', detail: expect.stringContaining(reason) });
    }
    expect(await refusal(await store('a.log', 'line 0\n'), 'nobody')).toMatchObject({ code: 'drain_not_found' });
    expect(receiver.lines).toEqual([]);
    await receiver.close();
  });

  it('ends when its archive or ticket is deleted', async () => {
    const { token: other } = await stage.admin.createTicket('R-2');
    const receiver = await LineReceiver.listen();
    const drain = await drainTo(receiver.url);
    const answer = await fetch(`${stage.server.url}/api/v1/archives/long.log`, {
      method: 'PUT',
      headers: { 'Upload-Token': other },
      body: logOf(LONG),
    });
    const archive = ((await answer.json()) as { id: string }).id;
    const { id } = await replay(archive, drain);
    await receiver.until((texts) => texts.length > 1_000);
    await stage.freshen();
    await stage.admin.expect(204, 'DELETE', '/api/v1/tickets/R-2');
    expect((await stage.admin.request('GET', `/api/v1/replays/${id}`)).status).toBe(404);
    // What was under way arrives, and then nothing more.
    let length = 0;
    do {
      ({ length } = receiver.lines);
      await delay(500);
    } while (receiver.lines.length > length);
    expect(length).toBeLessThan(LONG);
    expect(await stage.count("replay WHERE state = 'running'")).toBe(0);
    expect(await stage.lastingDisagreements()).toEqual([]);
    await receiver.close();
  });
});
