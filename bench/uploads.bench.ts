import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../scripts/test-support/free-port.ts';
import { BenchServer } from './support/bench-server.ts';
import { curlUpload } from './support/curl.ts';
import { NginxDav } from './support/nginx.ts';
import { waitForPort } from './support/ports.ts';
import { compare } from './support/table.ts';
import { tusUpload } from './support/tus-upload.ts';

const run = promisify(execFile);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SIZE_MIB = Number(process.env.BENCH_MIB ?? 2_048);

/** One upload at a time through each door, beside peers, into `directory` (a memory file system or a disk). */
async function benchUploads(title: string, directory: string, isDisk: boolean): Promise<void> {
  const source = join('/dev/shm', `bench-source-${process.pid}`);
  await run('sh', [
    '-c',
    `head -c ${SIZE_MIB}M /dev/zero | openssl enc -aes-128-ctr -pass pass:bench -nosalt 2>/dev/null > ${source}`,
  ]);
  const nginx = await NginxDav.start(join(directory, 'nginx'), await freePort());
  const ours = await BenchServer.start({ STORAGE_URL: `file://${join(directory, 'ours')}` });
  const tusPort = await freePort();
  const tusDirectory = join(directory, 'tus');
  mkdirSync(tusDirectory);
  const tusServer = spawn(process.execPath, [
    join(import.meta.dirname, 'support/tus-node-server.ts'),
    tusDirectory,
    String(tusPort),
  ]);
  const leastPort = await freePort();
  const leastServer = spawn(process.execPath, [
    join(import.meta.dirname, 'support/least-server.ts'),
    join(directory, 'least'),
    String(leastPort),
  ]);
  await Promise.all([waitForPort(tusPort), waitForPort(leastPort)]);
  const clean = async (): Promise<void> => {
    await ours.deleteTickets();
    await run('sh', ['-c', `rm -rf ${tusDirectory}/* ${directory}/nginx/files/*`]);
  };
  const flushed = isDisk ? ['sync', '-f', join(directory, 'nginx/files/a')] : ['true'];
  const nginxPut = async (and: readonly string[]): Promise<number> => {
    const startedAt = performance.now();
    await curlUpload(['-H', 'Expect:', '-T', source, `${nginx.url}/a`]);
    await run(and[0] ?? 'true', and.slice(1));
    const figure = (SIZE_MIB * 1.048576) / ((performance.now() - startedAt) / 1_000);
    unlinkSync(join(directory, 'nginx/files/a'));
    return figure;
  };
  const ourUpload = async (upload: (token: string) => Promise<number>): Promise<number> => {
    const figure = await upload(await ours.token());
    await clean();
    return figure;
  };
  try {
    await compare(`${title}: raw PUT of ${SIZE_MIB} MiB, sha256 included`, 'MB/s', ROUNDS, [
      {
        name: 'ours',
        run: () =>
          ourUpload((token) =>
            curlUpload([
              '-H',
              'Expect:',
              '-H',
              `Upload-Token: ${token}`,
              '-T',
              source,
              `${ours.url}/api/v1/archives/a`,
            ]),
          ),
      },
      { name: isDisk ? 'nginx PUT, then sync' : 'nginx PUT (hashes nothing)', run: () => nginxPut(flushed) },
      { name: 'nginx PUT, then sha256sum', run: () => nginxPut(['sha256sum', join(directory, 'nginx/files/a')]) },
      {
        name: 'the least on node:http, sha256 in a thread',
        run: () => curlUpload(['-H', 'Expect:', '-T', source, `http://127.0.0.1:${leastPort}/a`]),
      },
    ]);
    await compare(`${title}: multipart form of ${SIZE_MIB} MiB`, 'MB/s', ROUNDS, [
      {
        name: 'ours',
        run: () =>
          ourUpload((token) =>
            curlUpload([
              '-H',
              'Expect:',
              '-H',
              `Upload-Token: ${token}`,
              '-F',
              `file=@${source}`,
              `${ours.url}/api/v1/archives/`,
            ]),
          ),
      },
      { name: isDisk ? 'nginx PUT, then sync' : 'nginx PUT (hashes nothing)', run: () => nginxPut(flushed) },
    ]);
    await compare(`${title}: tus-js-client, chunks of 64 MiB, ${SIZE_MIB} MiB`, 'MB/s', ROUNDS, [
      {
        name: 'ours',
        run: () =>
          ourUpload((token) => tusUpload(`${ours.url}/api/v1/uploads`, source, 'a', { 'Upload-Token': token })),
      },
      {
        name: '@tus/server with its file store',
        run: async () => {
          const figure = await tusUpload(`http://127.0.0.1:${tusPort}/files`, source, 'a', {});
          await clean();
          return figure;
        },
      },
      {
        name: 'a server that throws it all away',
        run: () => tusUpload(`http://127.0.0.1:${leastPort}/files`, source, 'a', {}),
      },
    ]);
    console.log(`  peak memory of our server: ${ours.memoryMb('VmHWM').toFixed(0)} MB`);
  } finally {
    nginx.stop();
    tusServer.kill('SIGTERM');
    leastServer.kill('SIGTERM');
    await ours.server.dispose();
    rmSync(source);
  }
}

const memory = mkdtempSync('/dev/shm/logs-collector-bench-');
await benchUploads('memory file system', memory, false).finally(() => rmSync(memory, { recursive: true, force: true }));
const disk = mkdtempSync(join(tmpdir(), 'logs-collector-bench-'));
await benchUploads('disk', disk, true).finally(() => rmSync(disk, { recursive: true, force: true }));
