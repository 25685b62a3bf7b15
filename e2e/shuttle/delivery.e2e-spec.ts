import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '../../scripts/test-support/until.js';
import { canRunKafka, TestKafka } from '../support/kafka.js';
import { LineReceiver } from '../support/line-receiver.js';
import { appLine } from '../support/log-lines.js';
import { TestShuttle } from '../support/shuttle.js';
import { SilentServer } from '../support/silent-server.js';

jest.setTimeout(120_000);

const isKafkaThere = canRunKafka();
const describeKafka = isKafkaThere ? describe : describe.skip;

describe('The capabilities java and mvn', () => {
  const required = process.env.CI === 'true' ? it : it.skip;
  required('are there under CI, or the shuttle cannot be tested with a real Kafka', () =>
    expect(isKafkaThere).toBe(true),
  );
});

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => appLine('counter', 'space', `line ${from + index}`));

function numbersOf(texts: readonly string[]): number[] {
  return texts.flatMap((text) => (text.startsWith('line ') ? [Number(text.slice(5))] : []));
}

interface Stuck {
  readonly eventStatus: number;
  readonly eventMs: number;
  readonly endedMs: number;
  readonly code: number | null;
}

/** A shuttle whose broker takes connections and says nothing is sent an event, and then SIGTERM. */
async function bringToAnEnd(): Promise<Stuck> {
  const silent = await SilentServer.listen();
  const shuttle = new TestShuttle(silent.address);
  try {
    await shuttle.start();
    const askedAt = performance.now();
    const event = { log: 'x', topic: 'space', kubernetes: { container_name: 'app' } };
    const { status } = await shuttle.request('POST', '/log-events', event);
    const endingAt = performance.now();
    const { code } = await shuttle.stop();
    return { eventStatus: status, eventMs: endingAt - askedAt, endedMs: performance.now() - endingAt, code };
  } finally {
    await shuttle.dispose();
    silent.close();
  }
}

describeKafka('From Kafka to a drain', () => {
  let kafka: TestKafka;
  let shuttle: TestShuttle;
  let receiver: LineReceiver;
  /** It takes its time, beside the other tests. */
  let stuck: Promise<Stuck>;

  beforeAll(async () => {
    stuck = bringToAnEnd();
    // Looked at by the last test.
    stuck.catch(() => undefined);
    [kafka, receiver] = await Promise.all([TestKafka.start(), LineReceiver.listen()]);
    shuttle = new TestShuttle(kafka.brokers);
    await shuttle.start();
  });

  afterAll(async () => {
    await shuttle?.dispose();
    await kafka?.dispose();
    await receiver?.close();
  });

  it('one REST call adds a drain, and lines that are produced arrive there, in order', async () => {
    await shuttle.addDrain('/apps/counter-space/log-drains', receiver.url);
    await kafka.createTopic('space', 3);
    await kafka.produce('space', numbered(0, 1_000), 1);
    await receiver.until((texts) => texts.length >= 1_000);
    expect(numbersOf(receiver.texts)).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
    expect(receiver.lines[0]).toBe('<14>1 2016-08-24T17:03:20.080151Z counter-space web.6d4cf56db6-abcde - - - line 0');
  });

  it('records that nobody can read, and those of others, are kept out of the way', async () => {
    const poison = ['no JSON', '{"log":5}', Buffer.from([0xff, 0xfe, 0]), JSON.stringify([]), ''];
    const others = [appLine('count', 'erspace', 'not ours'), appLine('counter', 'elsewhere', 'not ours')];
    await kafka.produce('space', [...poison, ...others, appLine('counter', 'space', 'after the poison')], 1);
    await receiver.until((texts) => texts.includes('after the poison'));
    expect(receiver.texts).not.toContain('not ours');
  });

  it('a batch that would become too much once it is unpacked is passed over and told of, and what comes after it arrives', async () => {
    await kafka.produceZeros('space', 100_000_000, 1);
    await kafka.produce('space', [appLine('counter', 'space', 'after the zeros')], 1);
    await receiver.until((texts) => texts.includes('after the zeros'));
    expect(shuttle.output).toMatch(/"msg":"a batch of records is passed over.*"algorithm":"gzip","records":1/);
  });

  it('a topic that appears later is read from its start', async () => {
    await kafka.createTopic('later', 2);
    await kafka.produce('later', [appLine('counter', 'space', 'in a new topic')]);
    await receiver.until((texts) => texts.includes('in a new topic'));
  });

  it('topics that appear hold nothing up, and what is under way does not come twice for them', async () => {
    const quick = await LineReceiver.listen();
    await shuttle.addDrain('/apps/quick-space/log-drains', quick.url);
    let produced = 0;
    let longestMs = 0;
    for (let topic = 0; topic < 2; topic += 1) {
      await kafka.createTopic(`more-${topic}`, 2);
      for (let turn = 0; turn < 15; turn += 1) {
        const startedAt = performance.now();
        await kafka.produce('space', [appLine('quick', 'space', `line ${produced}`)], produced % 3);
        produced += 1;
        await quick.until((texts) => texts.length >= produced);
        longestMs = Math.max(longestMs, performance.now() - startedAt);
        await delay(100);
      }
      await kafka.produce(`more-${topic}`, [appLine('quick', 'space', `line ${produced}`)]);
      produced += 1;
      await quick.until((texts) => texts.length >= produced);
    }
    expect(quick.texts.toSorted()).toEqual(Array.from({ length: produced }, (_, line) => `line ${line}`).toSorted());
    expect(longestMs).toBeLessThan(2_500);
    await quick.close();
  });

  it('an event over HTTP is acknowledged once Kafka has it, and arrives', async () => {
    const body = JSON.parse(appLine('counter', 'space', 'over HTTP')) as unknown;
    const response = await shuttle.request('POST', '/log-events', body);
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual(body);
    await receiver.until((texts) => texts.includes('over HTTP'));
  });

  it('kill -9 in the middle and a receiver that resets lose nothing', async () => {
    const from = 10_000;
    const count = 20_000;
    const producing = (async () => {
      for (let done = 0; done < count; done += 1_000)
        await kafka.produce('space', numbered(from + done, 1_000), (done % 3_000) / 1_000);
    })();
    await receiver.until((texts) => texts.length > 3_000);
    await shuttle.kill();
    receiver.reset();
    await producing;
    await shuttle.start();
    await receiver.until((texts) => texts.length > 12_000);
    receiver.reset();
    await shuttle.kill();
    await shuttle.start();
    const missing = (texts: readonly string[]) => {
      const seen = new Set(numbersOf(texts));
      return Array.from({ length: count }, (_, index) => from + index).filter((number) => !seen.has(number));
    };
    await receiver.until((texts) => texts.length >= count && missing(texts).length === 0);
    expect(missing(receiver.texts)).toEqual([]);
  });

  it('of two instances one is killed: the other goes on with all partitions within ten seconds, and nothing is lost', async () => {
    const second = new TestShuttle(kafka.brokers, { DATA_DIR: shuttle.dataDir });
    await second.start();
    await until(() => second.output.includes('"msg":"partitions assigned"'));
    const spread = (from: number) =>
      Promise.all(
        [0, 1, 2].map((partition) => kafka.produce('space', numbered(from + partition * 100, 100), partition)),
      );
    await spread(50_000);
    await second.kill();
    const killedAt = performance.now();
    await spread(60_000);
    await receiver.until((texts) => {
      const seen = new Set(numbersOf(texts));
      return [50_000, 60_000].every((from) =>
        Array.from({ length: 300 }, (_, index) => from + index).every((n) => seen.has(n)),
      );
    });
    expect(performance.now() - killedAt).toBeLessThan(10_000);
  });

  it('a broker that is killed and comes back is found again, by reading and by sending', async () => {
    await kafka.kill();
    await until(() => shuttle.output.includes('reading from Kafka was interrupted'));
    expect((await fetch(`${shuttle.url}/octhc`)).status).toBe(503);
    await kafka.start();
    await kafka.produce('space', [appLine('counter', 'space', 'after the restart')]);
    await receiver.until((texts) => texts.includes('after the restart'));
    const event = JSON.parse(appLine('counter', 'space', 'sent after the restart')) as unknown;
    expect((await shuttle.request('POST', '/log-events', event)).status).toBe(201);
    await receiver.until((texts) => texts.includes('sent after the restart'));
  });

  it('the very first start of a group leaves out the past, and reads later topics from their start; no later one leaves anything out', async () => {
    const test = new TestShuttle(kafka.brokers, { TEST_MODE: 'true', KAFKA_FROM: 'latest' });
    const own = await LineReceiver.listen();
    await test.start();
    await test.addDrain('/apps/counter-space/log-drains', own.url);
    await until(() => test.output.includes('"msg":"partitions assigned"'));
    await kafka.createTopic('later-still', 1);
    await kafka.produce('later-still', [appLine('counter', 'space', 'the first of its topic')]);
    await own.until((texts) => texts.includes('the first of its topic'));
    expect(own.texts).toEqual(['the first of its topic']);
    expect(own.lines[0]).toMatch(/^<14>1 \S+ logshuttle-test web\./);
    // Brokers forget a group that nobody was in for a week.
    await test.stop();
    await kafka.produce('later-still', [appLine('counter', 'space', 'while the group was away')]);
    await kafka.deleteGroup('logshuttletest');
    await test.start();
    await own.until((texts) => texts.includes('while the group was away'));
    await test.dispose();
    await own.close();
  });

  it('a removed drain gets nothing more within two seconds, an instance that ends gently repeats nothing', async () => {
    const other = await LineReceiver.listen();
    const id = await shuttle.addDrain('/apps/counter-space/log-drains', other.url);
    await kafka.produce('space', [appLine('counter', 'space', 'to both')]);
    await other.until((texts) => texts.includes('to both'));
    const { status } = await shuttle.request('DELETE', `/apps/counter-space/log-drains/${id}`);
    expect(status).toBe(200);
    await kafka.produce('space', [appLine('counter', 'space', 'to one')]);
    await receiver.until((texts) => texts.includes('to one'));
    expect(await shuttle.stop()).toMatchObject({ code: 0 });
    await shuttle.start();
    await kafka.produce('space', [appLine('counter', 'space', 'the last')]);
    await receiver.until((texts) => texts.includes('the last'));
    expect(receiver.texts.filter((text) => text === 'to one')).toHaveLength(1);
    expect(other.texts).not.toContain('to one');
    await other.close();
  });

  it('a broker that says nothing holds up no event for longer than 20 seconds, and no end of the process beyond 25', async () => {
    const { eventStatus, eventMs, endedMs, code } = await stuck;
    expect(eventStatus).toBe(503);
    expect(eventMs).toBeLessThan(21_500);
    expect(code).toBe(1);
    expect(endedMs).toBeLessThan(26_500);
  });
});
