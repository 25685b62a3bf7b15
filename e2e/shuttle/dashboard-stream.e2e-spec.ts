import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '../../scripts/test-support/until.js';
import { canRunKafka, TestKafka } from '../support/kafka.js';
import { LineReceiver } from '../support/line-receiver.js';
import { appLine } from '../support/log-lines.js';
import { Person } from '../support/people.js';
import { RawConnection } from '../support/raw-http.js';
import { Scrape } from '../support/scrape.js';
import { TestServer } from '../support/server.js';
import { AUTH_KEY, type ManagedDrain, TestShuttle } from '../support/shuttle.js';
import { Admin } from '../support/staff.js';
import { TextStream } from '../support/text-stream.js';

jest.setTimeout(120_000);

const PATH = '/api/v1/drains';
const describeKafka = canRunKafka() ? describe : describe.skip;

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => appLine('shop', 'space', `line ${from + index}`));

/** The shipped server, the shipped shuttle and a real broker. */
describeKafka('The stream of an app through the API', () => {
  let kafka: TestKafka;
  let shuttle: TestShuttle;
  let server: TestServer;
  let admin: Admin;

  beforeAll(async () => {
    kafka = await TestKafka.start();
    await kafka.createTopic('space', 1);
    shuttle = new TestShuttle(kafka.brokers, { METRICS: 'port:0' });
    await shuttle.start();
    server = await TestServer.start({ SHUTTLE_URL: shuttle.url, SHUTTLE_AUTH_KEY: AUTH_KEY });
    admin = await Admin.enrolled(server);
  });

  afterAll(async () => {
    await server?.dispose();
    await shuttle?.dispose();
    await kafka?.dispose();
  });

  const tail = (query: string, person: { access: string | undefined } = admin) =>
    TextStream.open(`${server.url}${PATH}/tail?${query}`, { Authorization: `Bearer ${person.access}` });

  it('is counted: records, drains, lines and the lag, and no name of anybody', async () => {
    const receiver = await LineReceiver.listen();
    await Promise.all([kafka.createTopic('secret-space', 2), kafka.createTopic('alamobuildlogs', 1)]);
    const { id } = await shuttle.manage(201, { app: 'secret-app', space: 'secret-space', url: receiver.url });
    const lines = Array.from({ length: 50 }, (_, index) => appLine('secret-app', 'secret-space', `line ${index}`));
    await kafka.produce('secret-space', [...lines, 'no JSON']);
    await kafka.produce('alamobuildlogs', [JSON.stringify({ build: 1, job: 'j', message: 'm', metadata: 'a-b' })]);
    await receiver.until((texts) => texts.length >= 50);
    const expected = {
      'records_read_total{kind="app"}': 51,
      'records_read_total{kind="build"}': 1,
      'drains{status="connected"}': 1,
      'drains{status="backing_off"}': 0,
      lines_sent_total: 50,
      'lines_dropped_total{reason="buffer_full"}': 0,
      commit_lag_records: 0,
      buffered_lines: 0,
      sessions: 0,
    };
    const names = Object.keys(expected);
    const seen = (scrape: Scrape) =>
      Object.fromEntries(names.map((name) => [name, scrape.value(`logs_collector_shuttle_${name}`)]));
    let scrape = await Scrape.of(shuttle);
    // A stream confirms after five seconds.
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(250)) {
      scrape = await Scrape.of(shuttle);
      if (
        scrape.value('logs_collector_shuttle_lines_sent_total') === 50 &&
        scrape.value('logs_collector_shuttle_commit_lag_records') === 0
      )
        break;
    }
    expect(seen(scrape)).toEqual(expected);
    expect(scrape.text).toMatch(/^logs_collector_shuttle_records_undecodable_total\{fault="[a-z_]+"\} 1$/m);
    expect(scrape.text).not.toMatch(new RegExp(`secret|${id}|${receiver.port}`));
    await shuttle.request('DELETE', `/drains/${id}`);
    await receiver.close();
  });

  it('waits while a drain is paused: the buffer grows, the offsets go on, and afterwards all arrives in order', async () => {
    const receiver = await LineReceiver.listen();
    const { id } = await admin.expect<ManagedDrain>(201, 'POST', PATH, {
      app: 'shop',
      space: 'space',
      url: receiver.url,
    });
    await kafka.produce('space', numbered(0, 100));
    await receiver.until((texts) => texts.length === 100);
    await admin.expect(200, 'PATCH', `${PATH}/${id}`, { paused: true });
    await kafka.produce('space', numbered(100, 2_000));
    const read = () => admin.expect<ManagedDrain>(200, 'GET', `${PATH}/${id}`);
    const { state } = await until(read, (drain) => drain.state.buffered_records >= 2_000);
    expect(state).toMatchObject({ status: 'paused', dropped: 0, instances: 1 });
    expect(receiver.texts).toHaveLength(100);
    // What is on the disk is settled: nothing is read again by the next start, and it is still paused.
    while ((await Scrape.of(shuttle)).value('logs_collector_shuttle_commit_lag_records') !== 0) await delay(100);
    await shuttle.kill();
    await shuttle.start();
    await until(read, (drain) => drain.state.instances === 1 && drain.state.status === 'paused');
    expect(receiver.texts).toHaveLength(100);
    await admin.expect(200, 'PATCH', `${PATH}/${id}`, { paused: false });
    await receiver.until((texts) => texts.length >= 2_100);
    expect(receiver.texts).toEqual(Array.from({ length: 2_100 }, (_, number) => `line ${number}`));
    await admin.expect(204, 'DELETE', `${PATH}/${id}`);
    await receiver.close();
  });

  it('is watched live: the past that was asked for, then what comes; nobody learns how the shuttle calls it', async () => {
    const stream = await tail('app=shop&space=space&lines=3');
    const headers = JSON.stringify([...stream.response.headers]);
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    await stream.until(() => stream.text.includes('line 2099'));
    await kafka.produce('space', [appLine('other', 'space', 'not ours'), appLine('shop', 'space', 'live')]);
    await stream.until(() => stream.text.includes('live'));
    const texts = stream.text
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^.+: /, ''));
    expect(texts.shift()).toBe(': begins');
    expect(texts).toEqual(['line 2097', 'line 2098', 'line 2099', 'live']);
    expect(headers + stream.text).not.toMatch(/log-sessions|logplex/);
    stream.close();
  });

  it('ends after the past with tail=false, and is written down', async () => {
    const stream = await tail('app=shop&space=space&lines=1&tail=false');
    await stream.until(() => stream.isEnded);
    expect(stream.text).toMatch(/: live\n$/);
    const trail = await admin.expect<Record<string, unknown>[]>(200, 'GET', '/api/v1/audit?action=stream.watched');
    expect(trail[0]).toMatchObject({ action: 'stream.watched', target_kind: 'app', target_name: 'shop-space' });
  });

  it('ends at the shuttle too when the browser goes, which makes room for another', async () => {
    const open = [];
    for (let count = 0; count < 5; count += 1) open.push(await tail('site=www.example.com'));
    const refused = await tail('site=www.example.com');
    expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([429, '5']);
    await refused.until(() => refused.text.includes('too_many_tails'));
    open[0]?.close();
    for (const deadline = Date.now() + 30_000; ; await delay(50)) {
      const next = await tail('site=www.example.com');
      open.push(next);
      if (next.response.status === 200) break;
      expect(Date.now()).toBeLessThan(deadline);
    }
    for (const stream of open) stream.close();
  });

  it('ends with the login that asked for it', async () => {
    const anna = await Person.invited(admin, 'anna', 'staff');
    const stream = await tail('site=www.example.com', anna);
    expect(stream.response.status).toBe(200);
    const [session] = await anna.expect<{ id: string }[]>(200, 'GET', '/api/v1/auth/sessions');
    await admin.expect(204, 'DELETE', `/api/v1/auth/sessions/${session?.id}`);
    await stream.until(() => stream.isEnded);
  });

  it('ends with the server, and who does not read does not use up the time that requests have to end', async () => {
    const stream = await tail('site=www.example.com');
    const deaf = await RawConnection.open(server);
    deaf.head(`GET ${PATH}/tail?app=flood&space=space`, [['Authorization', `Bearer ${admin.access}`]]);
    expect(await deaf.until(': begins')).toBe(true);
    deaf.socket.pause();
    const flood = Array.from({ length: 10 }, () => appLine('flood', 'space', 'x'.repeat(90_000)));
    for (let turn = 0; turn < 15; turn += 1) await kafka.produce('space', flood);
    await delay(500);
    expect(await server.stop()).toMatchObject({ code: 0 });
    expect(server.output).not.toContain('did not finish in time');
    await stream.until(() => stream.isEnded);
    deaf.close();
  });
});
