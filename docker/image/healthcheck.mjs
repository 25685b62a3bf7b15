// The image's HEALTHCHECK: ends with 0 when the process answers.
//
//   node healthcheck.mjs [address]

const EVERYWHERE = new Set(['0.0.0.0', '::', '']);

/** Where the server of this container listens. */
function ownAddress({ HOST = '', PORT = '8000' }) {
  const host = EVERYWHERE.has(HOST) ? '127.0.0.1' : HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}/health/live`;
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
