import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

// The thread of least-server.ts: hashes what it is sent, and answers the digest to null.
let hash = createHash('sha256');
parentPort?.on('message', (bytes: Uint8Array | null) => {
  if (bytes) {
    hash.update(bytes);
    parentPort?.postMessage('done');
  } else {
    parentPort?.postMessage(hash.digest('hex'));
    hash = createHash('sha256');
  }
});
