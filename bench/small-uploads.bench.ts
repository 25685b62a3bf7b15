import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchServer } from './support/bench-server.ts';
import { type CurlRequest, curlMany } from './support/curl.ts';
import { compare, median } from './support/table.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const FILES = Number(process.env.BENCH_FILES ?? 400);
const FILE_BYTES = 64 * 1024;
const FILES_OF_TICKET = 100;
const APPENDS = Number(process.env.BENCH_APPENDS ?? 400);
const APPEND_BYTES = 256 * 1024;
const TUS_VERSION = { 'Tus-Resumable': '1.0.0' };

/** A server, and a directory for what is sent to it. */
interface Contender {
  readonly name: string;
  readonly ours: BenchServer;
  readonly directory: string;
  /** Processor time of the server for each request, in ms, round by round: what others do on the machine changes it less. */
  cpu: number[];
}

/** @param root of another checkout, whose server it is. */
async function contender(name: string, place: string, root?: string): Promise<Contender> {
  const directory = mkdtempSync(join(place, 'server-'));
  const data = join(directory, 'data');
  mkdirSync(data);
  const ours = await BenchServer.start({ DATA_DIR: data, MAX_UPLOADS_PER_CLIENT: '100' }, root);
  return { name, ours, directory, cpu: [] };
}

/** Answers the seconds that it took. */
async function send(to: Contender, requests: readonly CurlRequest[], bytes: number, atOnce: number): Promise<number> {
  const source = join(to.directory, 'source');
  writeFileSync(source, Buffer.alloc(bytes, 'a line of a log\n'));
  const before = to.ours.cpuMs();
  const seconds = await curlMany(requests, { source, plan: join(to.directory, 'plan'), atOnce });
  to.cpu.push((to.ours.cpuMs() - before) / requests.length);
  await to.ours.deleteTickets();
  return seconds;
}

/** Whole files per second. */
async function sendFiles(to: Contender, atOnce: number): Promise<number> {
  const tokens: string[] = [];
  for (let from = 0; from < FILES; from += FILES_OF_TICKET) tokens.push(await to.ours.token());
  const requests = Array.from({ length: FILES }, (_, index) => ({
    method: 'PUT' as const,
    url: `${to.ours.url}/api/v1/archives/file-${index}`,
    headers: { 'Upload-Token': tokens[Math.floor(index / FILES_OF_TICKET)] ?? '' },
  }));
  return FILES / (await send(to, requests, FILE_BYTES, atOnce));
}

/** MiB per second of one tus upload that comes in small appends, one after the other. */
async function sendAppends(to: Contender): Promise<number> {
  const token = { 'Upload-Token': await to.ours.token() };
  const begun = await fetch(`${to.ours.url}/api/v1/uploads`, {
    method: 'POST',
    headers: { ...token, ...TUS_VERSION, 'Upload-Length': String(APPENDS * APPEND_BYTES) },
  });
  const path = begun.headers.get('location');
  if (path === null) throw new Error(`creation: ${begun.status} ${await begun.text()}`);
  const requests = Array.from({ length: APPENDS }, (_, index) => ({
    method: 'PATCH' as const,
    url: new URL(path, to.ours.url).href,
    headers: {
      ...token,
      ...TUS_VERSION,
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': String(index * APPEND_BYTES),
    },
  }));
  return (APPENDS * APPEND_BYTES) / 1024 ** 2 / (await send(to, requests, APPEND_BYTES, 1));
}

async function compareAll(
  what: string,
  unit: string,
  contenders: readonly Contender[],
  run: (one: Contender) => Promise<number>,
): Promise<void> {
  for (const one of contenders) one.cpu = [];
  await compare(
    what,
    unit,
    ROUNDS,
    contenders.map((one) => ({ name: one.name, run: () => run(one) })),
  );
  for (const { name, cpu } of contenders)
    console.log(`  ${name.padEnd(42)} ${median(cpu).toFixed(2)} ms of CPU a request`);
}

/**
 * Where the time is not in the bytes but in what each request costs: this build, beside the one of BENCH_AGAINST (the
 * directory of another checkout, built) where that is given, in `place` (a memory file system or a disk).
 */
async function benchSmallUploads(title: string, place: string): Promise<void> {
  const against = process.env.BENCH_AGAINST;
  const contenders = [await contender('this build', place)];
  try {
    if (against) contenders.push(await contender(against, place, against));
    // Once unmeasured: the first requests pay for what is loaded and compiled on demand.
    for (const one of contenders) await sendFiles(one, 8);
    for (const atOnce of [1, 8]) {
      const what = `${title}: PUT of ${FILE_BYTES / 1024} KiB, ${atOnce} at once`;
      await compareAll(what, 'files/s', contenders, (one) => sendFiles(one, atOnce));
    }
    await compareAll(`${title}: tus, appends of ${APPEND_BYTES / 1024} KiB`, 'MiB/s', contenders, sendAppends);
  } finally {
    for (const { ours } of contenders) await ours.server.dispose();
  }
}

for (const [title, parent] of [
  ['memory file system', '/dev/shm'],
  ['disk', tmpdir()],
] as const) {
  const place = mkdtempSync(join(parent, 'logs-collector-bench-'));
  await benchSmallUploads(title, place).finally(() => rmSync(place, { recursive: true, force: true }));
}
