import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Behaviour, HttpReceiver } from '../../libs/shuttle/test-support/http-receiver.js';
import { LineLedger } from '../../libs/shuttle/test-support/line-ledger.js';
import { StreamReceiver } from '../../libs/shuttle/test-support/stream-receiver.js';
import { canRunKafka, TestKafka } from '../support/kafka.js';
import { appLine } from '../support/log-lines.js';
import { TestShuttle } from '../support/shuttle.js';
import { IS_LARGE } from '../support/size.js';

/** How much is tried: all lines together, and how often a process is killed. */
const PLAN = IS_LARGE ? { lines: 1_000_000, kills: 20, brokers: 3 } : { lines: 32_000, kills: 2, brokers: 1 };
/** For how long nothing may arrive; how fast it does says nothing, as a machine may do other things besides. */
const QUIET_MS = 60_000;
const STORM_ROUNDS = 3;
const PROCESSES = ['web', 'worker'];
const APPS = ['steady', 'resetting', 'stalling', 'http'] as const;
const BATCH = 500;
const PADDING = 'x'.repeat(150);

jest.setTimeout(IS_LARGE ? 3_600_000 : 300_000);

type App = (typeof APPS)[number];

interface Stream {
  readonly app: App;
  readonly process: string;
  /** Its own in Kafka, so that there is an order that can be kept. */
  readonly partition: number;
  sent: number;
}

/** Answers as receivers do that are restarted, overloaded, or behind a proxy that is. */
const moody: Behaviour = ({ accept, response, turn }) => {
  if (turn % 9 === 1) response.writeHead(500).end();
  else if (turn % 9 === 3) response.writeHead(429, { 'retry-after': '1' }).end();
  else if (turn % 9 === 5) response.socket?.resetAndDestroy();
  else {
    accept();
    setTimeout(() => response.writeHead(200).end(), turn % 9 === 7 ? 300 : 0);
  }
};

const describeKafka = canRunKafka() ? describe : describe.skip;

describeKafka(`${PLAN.lines} numbered lines from Kafka to four drains`, () => {
  let kafka: TestKafka;
  let shuttle: TestShuttle;
  let receivers: Record<Exclude<App, 'http'>, StreamReceiver> & { http: HttpReceiver };
  let timer: NodeJS.Timeout;
  const streams = APPS.flatMap((app) => PROCESSES.map((process) => ({ app, process }))).map(
    (stream, partition): Stream => ({ ...stream, partition, sent: 0 }),
  );
  const others: TestShuttle[] = [];

  beforeAll(async () => {
    kafka = await TestKafka.start({ size: PLAN.brokers });
    await kafka.createTopic('space', streams.length);
    receivers = {
      steady: await StreamReceiver.start(),
      resetting: await StreamReceiver.start(),
      stalling: await StreamReceiver.start(),
      http: await HttpReceiver.start(moody),
    };
    shuttle = new TestShuttle(kafka.brokers);
    await shuttle.start();
    for (const app of APPS) {
      const scheme = app === 'http' ? 'http' : 'syslog+tcp';
      await shuttle.addDrain(`/apps/${app}-space/log-drains`, `${scheme}://127.0.0.1:${receivers[app].port}`);
    }
  });

  afterAll(async () => {
    clearInterval(timer);
    for (const one of [...others, shuttle]) await one?.dispose();
    await kafka?.dispose();
    for (const receiver of Object.values(receivers ?? {})) await receiver.stop();
  });

  const arrived = () => APPS.reduce((sum, app) => sum + receivers[app].ledger.distinct, 0);
  const startedAtMs = performance.now();

  /** What the brokers have, which is what has to arrive: a producer may be wrong about what it has sent. */
  async function readBack(): Promise<LineLedger> {
    const stored = new LineLedger();
    await kafka.read('space', streams.length, (line) => stored.add(line));
    return stored;
  }

  /** Resolves when so many different lines have arrived. */
  async function untilArrived(count: number): Promise<void> {
    for (let [before, since] = [arrived(), performance.now()]; arrived() < count; await delay(50)) {
      if (arrived() > before) [before, since] = [arrived(), performance.now()];
      if (performance.now() - since > QUIET_MS) throw new Error(`Nothing came any more: ${arrived()} of ${count}`);
    }
  }

  /** Resolves when Kafka has so many more, shared out among all streams. */
  async function produce(count: number): Promise<void> {
    const share = Math.floor(count / streams.length);
    await Promise.all(
      streams.map(async (stream) => {
        for (const end = stream.sent + share; stream.sent < end; ) {
          const size = Math.min(BATCH, end - stream.sent);
          const lines = Array.from({ length: size }, (_, index) => {
            const text = `n=${stream.app}${stream.process}:${stream.sent + index} ${PADDING}`;
            return appLine(`${stream.app}--${stream.process}`, 'space', text);
          });
          await kafka.produce('space', lines, stream.partition);
          stream.sent += size;
        }
      }),
    );
  }

  /** What a restart or a bad network does to receivers, every few seconds. */
  function trouble(): void {
    let turn = 0;
    timer = setInterval(() => {
      turn += 1;
      for (const socket of receivers.resetting.sockets) socket.resetAndDestroy();
      if (turn % 2 === 0) receivers.stalling.resume();
      else {
        receivers.stalling.isStalled = true;
        for (const socket of receivers.stalling.sockets) socket.pause();
      }
    }, 3_000);
  }

  function endTrouble(): void {
    clearInterval(timer);
    receivers.stalling.resume();
    receivers.http.behave = HttpReceiver.accepting;
  }

  /** Everything that the brokers have has arrived, or a notice has counted it; figures of the run are printed. */
  async function expectEverything(what: string): Promise<void> {
    const stored = await readBack();
    // Whatever does not come is named below.
    await untilArrived(stored.distinct).catch((error: unknown) => console.error(error));
    const notTaken = streams.reduce((sum, stream) => sum + stream.sent, 0) - stored.distinct;
    const seconds = Math.round((performance.now() - startedAtMs) / 1_000);
    const inKafka = { lines: stored.distinct, notTaken, duplicates: stored.duplicates, outOfOrder: stored.outOfOrder };
    console.log(`${what}: ${JSON.stringify({ ...inKafka, seconds })}`);
    const verdicts = APPS.map((app) => verdictOn(app, stored));
    for (const verdict of verdicts) console.log(`${what}: ${JSON.stringify(verdict)}`);
    for (const { app, unaccounted, outOfOrder } of verdicts) {
      expect({ app, unaccounted, outOfOrder }).toEqual({ app, unaccounted: 0, outOfOrder: 0 });
    }
  }

  function verdictOn(app: App, stored: LineLedger) {
    const { ledger } = receivers[app];
    const { distinct: delivered, duplicates, outOfOrder, noticed } = ledger;
    const missing = PROCESSES.map((process) => ledger.lacking(stored, `${app}${process}`));
    const count = missing.reduce((sum, { length }) => sum + length, 0);
    const between = missing.map((numbers) => [numbers[0], numbers.at(-1)]);
    return { app, delivered, unaccounted: count - noticed, noticed, duplicates, outOfOrder, ...(count && { between }) };
  }

  it(`${PLAN.kills} kills of the shuttle, brokers that restart, receivers that reset, stall, answer 500 and 429: unaccounted 0, in order`, async () => {
    trouble();
    const chunk = (PLAN.lines * 0.8) / PLAN.kills;
    let breaking: Promise<void> = Promise.resolve();
    for (let turn = 0; turn < PLAN.kills; turn += 1) {
      const before = arrived();
      const producing = produce(chunk);
      if (PLAN.brokers > 1 && turn % 7 === 3) {
        breaking = kafka.kill(turn % 3, turn % 2 === 0 ? 'SIGKILL' : 'SIGTERM').then(() => delay(4_000));
        breaking = breaking.then(() => kafka.start());
      }
      await untilArrived(before + chunk / 2);
      await delay(Math.random() * 1_000);
      await shuttle.kill();
      await shuttle.start();
      await Promise.all([producing, breaking]);
    }
    await expectEverything(`${PLAN.kills} kills`);
  });

  it(`a storm of rebalances, three members that join and leave: unaccounted 0, in order`, async () => {
    endTrouble();
    const producing = (async () => {
      for (let part = 0; part < 10; part += 1) {
        await produce((PLAN.lines * 0.2) / 10);
        await delay(500);
      }
    })();
    others.push(...[1, 2].map(() => new TestShuttle(kafka.brokers, { DATA_DIR: shuttle.dataDir })));
    await Promise.all(others.map((one) => one.start()));
    for (let round = 0; round < STORM_ROUNDS; round += 1) {
      for (const one of others) {
        await one.stop();
        await one.start();
      }
    }
    await producing;
    await expectEverything('storm');
  });
});
