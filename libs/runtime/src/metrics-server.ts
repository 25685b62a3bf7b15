import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorCode } from './error-code.js';
import { SettingsError } from './settings-reader.js';

/** Text exposition format 0.0.4, which every version of Prometheus reads. */
export const METRICS_MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const HEADERS = {
  'Content-Type': METRICS_MEDIA_TYPE,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;

const HEADERS_TIMEOUT_MS = 5_000;
/** Nobody but Prometheus asks, so a few are plenty. */
const MAX_CONNECTIONS = 64;
const PATH = /^\/metrics\/?(?:\?|$)/;

export interface MetricsPlace {
  readonly host: string;
  readonly port: number;
}

/**
 * Serves the metrics on a port of their own, where nothing else is. Rejects with SettingsError where it cannot listen.
 * A scrape under way does not keep the process from ending.
 */
export async function serveMetrics({ host, port }: MetricsPlace, read: () => Promise<string>, log: MetricsLog) {
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: HEADERS_TIMEOUT_MS });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('request', (request, response) => {
    const isAsked = PATH.test(request.url ?? '') && (request.method === 'GET' || request.method === 'HEAD');
    if (!isAsked) return response.writeHead(404, { 'Content-Length': '0' }).end();
    return void read().then(
      (text) => response.writeHead(200, HEADERS).end(text),
      (error: unknown) => {
        log.warn({ msg: 'the metrics could not be read', error });
        response.writeHead(503, { 'Content-Length': '0' }).end();
      },
    );
  });
  await listen(server, host, port);
  log.info({ msg: 'metrics listening', port: (server.address() as AddressInfo).port });
  return server.unref();
}

export interface MetricsLog {
  info(line: object): void;
  warn(line: object): void;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(new SettingsError([`METRICS names a port that cannot be listened on (${errorCode(error) ?? 'unknown'})`]));
    });
    server.listen({ host, port }, resolve);
  });
}
