import { closeSync, openSync, write } from 'node:fs';
import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';

// The least that a server on node:http can do, as a process of its own: what it reaches is what this machine allows.
//
//   node support/least-server.ts <file> <port>
//
// PUT hashes in a thread and writes, both from shared memory, as ours does: without tokens, database or durability.
// POST and PATCH are tus without a store: whatever arrives is thrown away.
const [file = '', port = ''] = process.argv.slice(2);
const SLAB_BYTES = 1024 * 1024;
const SLABS = 24;

const worker = new Worker(new URL('./hash-worker.ts', import.meta.url));
const slabs = Array.from({ length: SLABS }, () => new Uint8Array(new SharedArrayBuffer(SLAB_BYTES)));

/** A chunk's memory, given back at once: the collector is slower than the line. */
function release(chunk: Buffer): void {
  const { buffer } = chunk;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === chunk.byteLength) buffer.transfer(0);
}

const answerOfWorker = () => new Promise<string>((resolve) => worker.once('message', resolve));

async function put(body: AsyncIterable<Buffer>): Promise<string> {
  const fd = openSync(file, 'w');
  const uses = slabs.map(() => Promise.resolve());
  let position = 0;
  let filled = 0;
  let index = 0;
  let hashed = Promise.resolve();
  let written = Promise.resolve();
  const submit = (): void => {
    const bytes = (slabs[index] as Uint8Array).subarray(0, filled);
    const at = position;
    position += filled;
    filled = 0;
    hashed = hashed.then(async () => {
      const done = answerOfWorker();
      worker.postMessage(bytes);
      await done;
    });
    written = written.then(
      () => new Promise((resolve, reject) => write(fd, bytes, 0, bytes.length, at, (e) => (e ? reject(e) : resolve()))),
    );
    uses[index] = Promise.all([hashed, written]).then(() => undefined);
    index = (index + 1) % SLABS;
  };
  for await (const chunk of body) {
    for (let from = 0; from < chunk.length; ) {
      if (filled === 0) await uses[index];
      const length = Math.min(chunk.length - from, SLAB_BYTES - filled);
      slabs[index]?.set(chunk.subarray(from, from + length), filled);
      filled += length;
      from += length;
      if (filled === SLAB_BYTES) submit();
    }
    release(chunk);
  }
  if (filled > 0) submit();
  await Promise.all(uses);
  closeSync(fd);
  const digest = answerOfWorker();
  worker.postMessage(null);
  return digest;
}

let tusOffset = 0;
createServer(async (request, response) => {
  if (request.method === 'PUT') {
    response.end(await put(request));
    return;
  }
  if (request.method === 'POST') tusOffset = 0;
  request.on('data', (chunk: Buffer) => {
    tusOffset += chunk.length;
    release(chunk);
  });
  request.on('end', () => {
    const status = request.method === 'POST' ? 201 : 204;
    response.writeHead(status, { 'Tus-Resumable': '1.0.0', 'Upload-Offset': tusOffset, Location: '/files/a' }).end();
  });
}).listen(Number(port), '127.0.0.1');
