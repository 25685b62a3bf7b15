import { setTimeout as delay } from 'node:timers/promises';
import { canRunKafka, TestKafka } from '../e2e/support/kafka.ts';
import { appRecord } from './support/app-record.ts';
import { LatencySink, LineSink } from './support/line-drains.ts';
import { compareMetered, MeteredContestant, type Outcome, outcomeOf } from './support/metered-contestant.ts';
import { peakMemoryMb } from './support/process-figures.ts';
import { type Forwarding, RsyslogKafka } from './support/rsyslog-kafka.ts';
import { ShippedShuttle } from './support/shipped-shuttle.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const LINES = Number(process.env.BENCH_LINES ?? 600_000);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 30);
const LINE_BYTES = 200;
const WHAT = `${LINES} lines of ${LINE_BYTES} bytes`;
const PARTITIONS = 4;
const TOPIC = 'bench';
const DRAINS = '/apps/app-space/log-drains';
/** Records of one request to the broker. */
const CHUNK = 2_000;
const LATENCY_RATE = 10_000;
const TICK_MS = 10;

const record = (beginning: string): Buffer => appRecord(beginning.padEnd(LINE_BYTES, 'x'));

/** All of the topic, by the shuttle, to one drain. */
async function ours(kafka: TestKafka, sink: LineSink, url: string): Promise<Outcome> {
  const shuttle = await ShippedShuttle.withDrains(kafka.brokers, [[DRAINS, url]]);
  try {
    const before = sink.lines;
    await shuttle.start();
    const outcome = await outcomeOf(shuttle.pid, sink, before, LINES);
    await shuttle.stop();
    await kafka.deleteGroup(ShippedShuttle.group);
    return outcome;
  } finally {
    await shuttle.dispose();
  }
}

async function rsyslogs(kafka: TestKafka, sink: LineSink, as: Forwarding): Promise<Outcome> {
  const before = sink.lines;
  const rsyslog = new RsyslogKafka(kafka.brokers, TOPIC, sink.tcp, as);
  try {
    return await outcomeOf(rsyslog.pid, sink, before, LINES);
  } finally {
    await rsyslog.stop();
  }
}

/** The records that everybody reads. */
async function fill(kafka: TestKafka): Promise<void> {
  await kafka.createTopic(TOPIC, PARTITIONS);
  for (let at = 0; at < LINES; at += CHUNK) {
    const records = Array.from({ length: Math.min(CHUNK, LINES - at) }, (_, index) => record(`${at + index} `));
    await kafka.produce(TOPIC, records);
  }
}

async function benchThroughput(): Promise<void> {
  const kafka = await TestKafka.start();
  const sink = await LineSink.start();
  const slow = await LineSink.start(50);
  const tcp = `syslog://127.0.0.1:${sink.tcp}`;
  const http = `http://127.0.0.1:${slow.http}/`;
  const peers = (['as it is', 'as a packet'] as const).map(
    (as) => new MeteredContestant(`rsyslog, the record ${as}`, () => rsyslogs(kafka, sink, as)),
  );
  try {
    await fill(kafka);
    if (!RsyslogKafka.isHere()) console.log('rsyslog-kafka is missing: there is nobody to compare with.');
    await compareMetered(`Kafka → one TCP drain, ${WHAT}`, ROUNDS, [
      new MeteredContestant('ours', () => ours(kafka, sink, tcp)),
      ...(RsyslogKafka.isHere() ? peers : []),
    ]);
    await compareMetered(`Kafka → one HTTP drain that answers after 50 ms, ${WHAT}`, ROUNDS, [
      new MeteredContestant('ours', () => ours(kafka, slow, http)),
    ]);
  } finally {
    sink.stop();
    slow.stop();
    await kafka.dispose();
  }
}

/** Lines at a steady pace, each with the time at which it was given to Kafka. */
async function produceSteadily(kafka: TestKafka): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  while (performance.now() - startedAt < SECONDS * 1_000) {
    const due = Math.min(CHUNK, Math.floor(((performance.now() - startedAt) * LATENCY_RATE) / 1_000) - sent);
    sent += due;
    const records = Array.from({ length: due }, () => record(`sent=${process.hrtime.bigint()} `));
    if (due > 0) await kafka.produce(TOPIC, records);
    await delay(TICK_MS);
  }
  return sent;
}

async function benchLatency(): Promise<void> {
  const kafka = await TestKafka.start();
  const sink = await LatencySink.start();
  const shuttle = await ShippedShuttle.withDrains(kafka.brokers, [[DRAINS, `syslog://127.0.0.1:${sink.tcp}`]]);
  try {
    await kafka.createTopic(TOPIC, PARTITIONS);
    await shuttle.start();
    // The group has formed and the connection stands once something has arrived.
    await kafka.produce(TOPIC, [record('first ')]);
    await sink.reached(1);
    const sent = await produceSteadily(kafka);
    await sink.reached(1 + sent);
    const rate = (sent / SECONDS).toFixed(0);
    console.log(`\nKafka → one TCP drain at ${rate} lines a second for ${SECONDS} s, from append to receiver`);
    const [half, most, longest] = [sink.halfMs, sink.mostMs, sink.longestMs].map((ms) => ms.toFixed(1));
    console.log(`  half within ${half} ms, 99 % within ${most} ms, all ${sent} within ${longest} ms`);
    console.log(`  ${peakMemoryMb(shuttle.pid).toFixed(0)} MB at most`);
  } finally {
    await shuttle.dispose();
    sink.stop();
    await kafka.dispose();
  }
}

if (canRunKafka()) {
  await benchThroughput();
  await benchLatency();
} else {
  console.log('java or mvn is missing: without them there is no Kafka to read from.');
}
