import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../e2e/support/admin-command.ts';
import { BenchServer } from './support/bench-server.ts';

const ARCHIVES = Number(process.env.BENCH_ARCHIVES ?? 200);
const SIZE_MIB = Number(process.env.BENCH_MIB ?? 2_048);
const ARCHIVES_OF_TICKET = 100;

async function fill(ours: BenchServer): Promise<void> {
  const bytes = Buffer.alloc(Math.floor((SIZE_MIB * 1024 * 1024) / ARCHIVES), 'a line of a log\n');
  let token = '';
  for (let index = 0; index < ARCHIVES; index += 1) {
    if (index % ARCHIVES_OF_TICKET === 0) token = await ours.token();
    // Each with other bytes, as files are.
    bytes.writeUInt32BE(index);
    const url = `${ours.url}/api/v1/archives/archive-${index}`;
    const stored = await fetch(url, { method: 'PUT', headers: { 'Upload-Token': token }, body: bytes });
    if (stored.status !== 201) throw new Error(`PUT: ${stored.status} ${await stored.text()}`);
  }
}

/** Prints what the command itself says of its speed, and how long it took from its start to its end. */
async function timed(title: string, args: readonly string[], environment: Record<string, string>): Promise<void> {
  const startedAt = performance.now();
  const { code, out, errors } = await runCommand(args, { environment });
  if (code !== 0) throw new Error(`${args.join(' ')}: ${out}${errors}`);
  const seconds = (performance.now() - startedAt) / 1_000;
  const told = out.split('\n').find((line) => line.includes('MB/s')) ?? '';
  console.log(`  ${title.padEnd(42)} ${seconds.toFixed(1).padStart(6)} s  ${told}`);
}

/** Backups onto the same file system (second names), onto another one (copies), and back from there. */
async function benchBackups(disk: string, memory: string): Promise<void> {
  const data = join(disk, 'data');
  mkdirSync(data);
  const ours = await BenchServer.start({ DATA_DIR: data });
  try {
    await fill(ours);
    const [near, far] = [join(disk, 'backup'), join(memory, 'backup')];
    const restored = { DATA_DIR: join(disk, 'restored'), SECRET_KEY_FILE: join(data, 'secret.key') };
    console.log(`\n${ARCHIVES} archives, ${SIZE_MIB} MiB, on a disk; the server is running`);
    await timed('verify', ['verify'], { DATA_DIR: data });
    await timed('backup, same file system', ['backup', near], { DATA_DIR: data });
    await timed('backup again, nothing new', ['backup', near], { DATA_DIR: data });
    await timed('backup, into a memory file system', ['backup', far], { DATA_DIR: data });
    await timed('backup --verify', ['backup', near, '--verify'], {});
    await timed('restore, from a memory file system', ['restore', far], restored);
  } finally {
    await ours.server.dispose();
  }
}

const disk = mkdtempSync(join(tmpdir(), 'logs-collector-bench-'));
const memory = mkdtempSync('/dev/shm/logs-collector-bench-');
await benchBackups(disk, memory).finally(() => {
  for (const place of [disk, memory]) rmSync(place, { recursive: true, force: true });
});
