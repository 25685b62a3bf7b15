import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildS3Server } from '../scripts/s3-server.mjs';
import { S3Server } from '../scripts/test-support/s3-server.ts';
import { BenchServer } from './support/bench-server.ts';
import { curlUpload } from './support/curl.ts';
import { compare } from './support/table.ts';
import { tusUpload } from './support/tus-upload.ts';

const run = promisify(execFile);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SIZE_MIB = Number(process.env.BENCH_MIB ?? 1_024);

// The same server with its archives in files and in an S3 service on the same disk, beside curl straight to the service.
if (!(await buildS3Server())) throw new Error('There is no S3 server to measure with.');
const directory = mkdtempSync(join(tmpdir(), 'logs-collector-bench-'));
const source = join(directory, 'source');
await run('sh', [
  '-c',
  `head -c ${SIZE_MIB}M /dev/zero | openssl enc -aes-128-ctr -pass pass:bench -nosalt 2>/dev/null > ${source}`,
]);
const s3 = await S3Server.start();
const { accessKeyId, secretAccessKey } = s3.credentials;
const local = await BenchServer.start({ STORAGE_URL: `file://${directory}` });
const remote = await BenchServer.start({
  STORAGE_URL: `s3://${s3.bucket}/bench?endpoint=${s3.endpoint}`,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  SECRET_KEY: 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5',
});

function put(server: BenchServer): () => Promise<number> {
  return async () => {
    const header = `Upload-Token: ${await server.token()}`;
    const figure = await curlUpload(['-H', 'Expect:', '-H', header, '-T', source, `${server.url}/api/v1/archives/a`]);
    await server.deleteTickets();
    return figure;
  };
}

function tus(server: BenchServer): () => Promise<number> {
  return async () => {
    const headers = { 'Upload-Token': await server.token() };
    const figure = await tusUpload(`${server.url}/api/v1/uploads`, source, 'a', headers);
    await server.deleteTickets();
    return figure;
  };
}

/** Straight to the service, without tokens, database or a second copy on the way. */
function direct(): Promise<number> {
  const sign = ['--aws-sigv4', 'aws:amz:us-east-1:s3', '--user', `${accessKeyId}:${secretAccessKey}`];
  const unsigned = ['-H', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'];
  return curlUpload([...sign, ...unsigned, '-H', 'Expect:', '-T', source, `${s3.endpoint}/${s3.bucket}/direct`]);
}

try {
  await compare(`raw PUT of ${SIZE_MIB} MiB, sha256 included`, 'MB/s', ROUNDS, [
    { name: 'ours, into files', run: put(local) },
    { name: 'ours, into S3', run: put(remote) },
    { name: 'curl to the S3 service itself', run: direct },
  ]);
  await compare(`tus-js-client, chunks of 64 MiB, ${SIZE_MIB} MiB`, 'MB/s', ROUNDS, [
    { name: 'ours, into files', run: tus(local) },
    { name: 'ours, into S3', run: tus(remote) },
  ]);
  console.log(
    `  peak memory: ${local.memoryMb('VmHWM').toFixed(0)} MB with files, ${remote.memoryMb('VmHWM').toFixed(0)} MB with S3`,
  );
} finally {
  await local.server.dispose();
  await remote.server.dispose();
  await s3.dispose();
  rmSync(directory, { recursive: true, force: true });
}
