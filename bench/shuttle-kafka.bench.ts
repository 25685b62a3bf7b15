import { setTimeout as delay } from 'node:timers/promises';
import { canRunKafka, TestKafka } from '../e2e/support/kafka.ts';
import { appRecord } from './support/app-record.ts';
import { LatencySink, LineSink } from './support/line-drains.ts';
import { cpuSeconds, peakMemoryMb } from './support/process-figures.ts';
import { type Forwarding, RsyslogKafka } from './support/rsyslog-kafka.ts';
import { ShippedShuttle } from './support/shipped-shuttle.ts';
import { type Contestant, compare, median } from './support/table.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const LINES = Number(process.env.BENCH_LINES ?? 600_000);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 30);
const LINE_BYTES = 200;
const PARTITIONS = 4;
const TOPIC = 'bench';
const DRAINS = '/apps/app-space/log-drains';
/** Records of one request to the broker. */
const CHUNK = 2_000;
const LATENCY_RATE = 10_000;
const TICK_MS = 10;
const TOO_LONG_MS = 300_000;

const record = (beginning: string): Buffer => appRecord(beginning.padEnd(LINE_BYTES, 'x'));

/** What a process did from the first line that arrived to the last. */
interface Pace {
  readonly linesPerSecond: number;
  readonly linesPerCpuSecond: number;
}

async function paceOf(pid: number, sink: LineSink, before: number, lines: number): Promise<Pace> {
  const late = setTimeout(() => process.exit(1), TOO_LONG_MS);
  await sink.reached(before + 1);
  const [first, startedAt, usedBefore] = [sink.lines - before, performance.now(), cpuSeconds(pid)];
  await sink.reached(before + lines);
  const seconds = (performance.now() - startedAt) / 1_000;
  clearTimeout(late);
  return {
    linesPerSecond: (lines - first) / seconds,
    linesPerCpuSecond: (lines - first) / (cpuSeconds(pid) - usedBefore),
  };
}

/** What all rounds of a contestant have left besides their pace. */
class Figures {
  readonly perCpuSecond: number[] = [];
  readonly memoryMb: number[] = [];

  keep({ linesPerSecond, linesPerCpuSecond }: Pace, pid: number): number {
    this.perCpuSecond.push(linesPerCpuSecond);
    this.memoryMb.push(peakMemoryMb(pid));
    return linesPerSecond;
  }

  print(name: string): void {
    const [perSecond, memory] = [median(this.perCpuSecond), Math.max(...this.memoryMb)];
    console.log(
      `  ${name}: ${perSecond.toFixed(0)} lines per second of processor time, ${memory.toFixed(0)} MB at most`,
    );
  }
}

/** All of the topic, by the shuttle, to one drain. */
async function ours(kafka: TestKafka, sink: LineSink, url: string, figures: Figures): Promise<number> {
  const shuttle = await ShippedShuttle.withDrain(kafka.brokers, DRAINS, url);
  try {
    const before = sink.lines;
    await shuttle.start();
    const pace = await paceOf(shuttle.pid, sink, before, LINES);
    const figure = figures.keep(pace, shuttle.pid);
    await shuttle.stop();
    await kafka.deleteGroup(ShippedShuttle.group);
    return figure;
  } finally {
    await shuttle.dispose();
  }
}

async function rsyslogs(kafka: TestKafka, sink: LineSink, as: Forwarding, figures: Figures): Promise<number> {
  const before = sink.lines;
  const rsyslog = new RsyslogKafka(kafka.brokers, TOPIC, sink.tcp, as);
  try {
    return figures.keep(await paceOf(rsyslog.pid, sink, before, LINES), rsyslog.pid);
  } finally {
    await rsyslog.stop();
  }
}

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
  try {
    await fill(kafka);
    const named: [string, Figures][] = [];
    const contestant = (name: string, run: (figures: Figures) => Promise<number>): Contestant => {
      const figures = new Figures();
      named.push([name, figures]);
      return { name, run: () => run(figures) };
    };
    const tcp = `syslog://127.0.0.1:${sink.tcp}`;
    const peers = (['as it is', 'as a packet'] as const).map((as) =>
      contestant(`rsyslog, the record ${as}`, (figures) => rsyslogs(kafka, sink, as, figures)),
    );
    if (!RsyslogKafka.isHere()) console.log('  rsyslog-kafka is missing: without it there is nobody to compare with.');
    await compare(`Kafka → one TCP drain, ${LINES} lines of ${LINE_BYTES} bytes`, 'lines/s', ROUNDS, [
      contestant('ours', (figures) => ours(kafka, sink, tcp, figures)),
      ...(RsyslogKafka.isHere() ? peers : []),
    ]);
    for (const [name, figures] of named.splice(0)) if (figures.memoryMb.length > 0) figures.print(name);
    await compare(`Kafka → one HTTP drain that answers after 50 ms, ${LINES} lines`, 'lines/s', ROUNDS, [
      contestant('ours', (figures) => ours(kafka, slow, `http://127.0.0.1:${slow.http}/`, figures)),
    ]);
    for (const [name, figures] of named) figures.print(name);
  } finally {
    sink.stop();
    slow.stop();
    await kafka.dispose();
  }
}

/** Lines at a steady pace, each with the time at which it was given to Kafka. */
async function produceSteadily(kafka: TestKafka): Promise<number> {
  const startedAt = performance.now();
  const sending: Promise<void>[] = [];
  let sent = 0;
  while (performance.now() - startedAt < SECONDS * 1_000) {
    const due = Math.min(CHUNK, Math.floor(((performance.now() - startedAt) * LATENCY_RATE) / 1_000) - sent);
    sent += due;
    const records = Array.from({ length: due }, () => record(`sent=${process.hrtime.bigint()} `));
    if (due > 0) sending.push(kafka.produce(TOPIC, records));
    await delay(TICK_MS);
  }
  await Promise.all(sending);
  return sent;
}

async function benchLatency(): Promise<void> {
  const kafka = await TestKafka.start();
  const sink = await LatencySink.start();
  const shuttle = await ShippedShuttle.withDrain(kafka.brokers, DRAINS, `syslog://127.0.0.1:${sink.tcp}`);
  try {
    await kafka.createTopic(TOPIC, PARTITIONS);
    await shuttle.start();
    // The group has formed and the connection stands once something has arrived.
    await kafka.produce(TOPIC, [record('first ')]);
    await sink.reached(1);
    const sent = await produceSteadily(kafka);
    await sink.reached(1 + sent);
    console.log(`\nKafka → one TCP drain at ${LATENCY_RATE} lines a second for ${SECONDS} s, from append to receiver`);
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
