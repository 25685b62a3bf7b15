import { setTimeout as delay } from 'node:timers/promises';
import { canRunKafka, TestKafka } from '../e2e/support/kafka.ts';
import { freePort } from '../scripts/test-support/free-port.ts';
import { appRecord } from './support/app-record.ts';
import { LineSink } from './support/line-drains.ts';
import { compareMetered, MeteredContestant, type Outcome, outcomeOf } from './support/metered-contestant.ts';
import { ShippedShuttle } from './support/shipped-shuttle.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const DRAINS = Number(process.env.BENCH_DRAINS ?? 1_000);
const LINES_FOR_EACH = Number(process.env.BENCH_LINES ?? 600_000) / DRAINS;
/** Short ones, as what lies around each in memory is what counts here. */
const LINE_BYTES = Number(process.env.BENCH_LINE_BYTES ?? 80);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 30);
/** Lines a second for each drain. */
const PACE = Number(process.env.BENCH_PACE ?? 20);
const TOPIC = 'bench';
const PARTITIONS = 4;

const appOf = (drain: number): string => `app${drain}`;
const pathOf = (drain: number): string => `/apps/${appOf(drain)}-space/log-drains`;

/** One line for each drain from one number to another. */
function lineForEach(from: number, to: number): Buffer[] {
  const text = 'a line '.padEnd(LINE_BYTES, 'x');
  return Array.from({ length: to - from }, (_, index) => appRecord(text, appOf(from + index)));
}

/** The ports of the receivers: half of the dead ones refuse connections, the others never read. */
type Ports = readonly number[];

async function withShuttle(
  kafka: TestKafka,
  ports: Ports,
  measure: (shuttle: ShippedShuttle) => Promise<Outcome>,
): Promise<Outcome> {
  const drains = ports.map((port, drain) => [pathOf(drain), `syslog://127.0.0.1:${port}`] as const);
  const shuttle = await ShippedShuttle.withDrains(kafka.brokers, drains);
  try {
    await shuttle.start();
    const outcome = await measure(shuttle);
    await shuttle.stop();
    return outcome;
  } finally {
    await shuttle.dispose();
  }
}

/** Lines at the same pace for all drains, those of the dead ones included. */
async function benchSteadyPace(sink: LineSink, healthy: Ports, dead: Ports): Promise<void> {
  const kafka = await TestKafka.start();
  const steadily = (ports: Ports) =>
    withShuttle(kafka, ports, async (shuttle) => {
      const before = sink.lines;
      // The group has formed once something has arrived.
      await kafka.produce(TOPIC, lineForEach(0, 1));
      await sink.reached(before + 1);
      const outcome = outcomeOf(shuttle.pid, sink, before + 1, SECONDS * PACE * healthy.length);
      const lines = lineForEach(0, ports.length);
      const startedAt = performance.now();
      for (let turn = 1; turn <= SECONDS * PACE; turn += 1) {
        await kafka.produce(TOPIC, lines);
        const aheadMs = startedAt + (turn * 1_000) / PACE - performance.now();
        if (aheadMs > 0) await delay(aheadMs);
      }
      return outcome;
    });
  try {
    await kafka.createTopic(TOPIC, PARTITIONS);
    await compareMetered(`Kafka → ${healthy.length} healthy TCP drains, ${PACE} lines a second each`, ROUNDS, [
      new MeteredContestant(`beside ${dead.length} dead ones`, () => steadily([...healthy, ...dead])),
      new MeteredContestant('alone', () => steadily(healthy)),
    ]);
  } finally {
    await kafka.dispose();
  }
}

/** What Kafka has for all drains in turn, read as fast as the shuttle can. */
async function benchCatchingUp(sink: LineSink, healthy: Ports, dead: Ports): Promise<void> {
  const kafka = await TestKafka.start();
  const catchUp = async (ports: Ports) => {
    const outcome = await withShuttle(kafka, ports, (shuttle) =>
      outcomeOf(shuttle.pid, sink, sink.lines, LINES_FOR_EACH * ports.filter((port) => port === sink.tcp).length),
    );
    await kafka.deleteGroup(ShippedShuttle.group);
    return outcome;
  };
  try {
    await kafka.createTopic(TOPIC, PARTITIONS);
    const lines = lineForEach(0, DRAINS);
    for (let turn = 0; turn < LINES_FOR_EACH; turn += 1) await kafka.produce(TOPIC, lines);
    await compareMetered(`Kafka → ${DRAINS} TCP drains, ${LINES_FOR_EACH} lines for each that wait in Kafka`, ROUNDS, [
      new MeteredContestant('all healthy', () => catchUp(Array.from({ length: DRAINS }, () => sink.tcp))),
      new MeteredContestant(`${dead.length} of them dead`, () => catchUp([...healthy, ...dead])),
    ]);
  } finally {
    await kafka.dispose();
  }
}

if (canRunKafka()) {
  const sink = await LineSink.start();
  try {
    const refused = await freePort();
    const healthy = Array.from({ length: DRAINS / 2 }, () => sink.tcp);
    const dead = healthy.map((_, index) => (index % 2 === 0 ? refused : sink.stalled));
    await benchSteadyPace(sink, healthy, dead);
    await benchCatchingUp(sink, healthy, dead);
  } finally {
    sink.stop();
  }
} else {
  console.log('java or mvn is missing: without them there is no Kafka to read from.');
}
