// The image's HEALTHCHECK: ends with 0 when the process answers.
//
//   node healthcheck.mjs [address]

import { readFileSync } from 'node:fs';

const EVERYWHERE = new Set(['0.0.0.0', '::', '']);

/** Whether the container was started as the log shuttle; its first process may be a small init of the engine's. */
function isShuttle() {
  return /[\0/]entry\.mjs\0shuttle\0/.test(readFileSync('/proc/1/cmdline', 'latin1'));
}

/** Where the server of this container listens. */
function ownAddress({ HOST = '', PORT, SHUTTLE_PORT }) {
  const host = EVERYWHERE.has(HOST) ? '127.0.0.1' : HOST;
  const [port, path] = isShuttle() ? [SHUTTLE_PORT ?? PORT ?? '5000', 'octhc'] : [PORT ?? '8000', 'health/live'];
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/${path}`;
}

const address = process.argv[2] ?? ownAddress(process.env);
try {
  const { status } = await fetch(address, { signal: AbortSignal.timeout(4_000) });
  process.stdout.write(`${address} answers ${status}\n`);
  process.exitCode = status === 200 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${address} does not answer: ${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
