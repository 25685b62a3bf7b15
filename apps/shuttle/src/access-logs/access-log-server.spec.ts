import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2, constants } from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NetworkList } from '@logs-collector/runtime/network-list';
import { createLog } from '../log.js';
import { AccessLogCounts } from './access-log-counts.js';
import { AccessLogIntake } from './access-log-intake.js';
import { AccessLogPublisher } from './access-log-publisher.js';
import { STREAM_ACCESS_LOGS } from './access-log-schema.js';
import { AccessLogServer } from './access-log-server.js';

const CLOSE_LIMIT_MS = 300;
const MIB = 1_048_576;

describe('The server for access logs', () => {
  const log = createLog('silent');
  const counts = new AccessLogCounts(log);
  const publisher = new AccessLogPublisher(() => Promise.resolve(), counts, log);
  const intake = new AccessLogIntake(publisher, counts, log);
  const authKey = 'key';
  const newServer = () => new AccessLogServer({ intake, counts, log, authKey, trusted: new NetworkList([]) });
  const endings: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).toReversed()) await end();
    counts.close();
  });

  async function start(): Promise<string> {
    const server = newServer();
    endings.push(() => server.close(CLOSE_LIMIT_MS));
    return `http://127.0.0.1:${await server.listen('127.0.0.1', 0)}`;
  }

  function connectTo(url: string): ClientHttp2Session {
    const session = connectHttp2(url).on('error', () => undefined);
    endings.push(() => session.destroy());
    return session;
  }

  function open(session: ClientHttp2Session, headers: Record<string, string> = {}): ClientHttp2Stream {
    const stream = session.request({
      ':method': 'POST',
      ':path': STREAM_ACCESS_LOGS,
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: authKey,
      ...headers,
    });
    return stream.on('error', () => undefined).resume();
  }

  it('closes within its time, whoever holds a connection open and says nothing', async () => {
    const server = newServer();
    const port = await server.listen('127.0.0.1', 0);
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    const session = connectHttp2(`http://127.0.0.1:${port}`).on('error', () => undefined);
    open(session).write(Buffer.alloc(5));
    await once(session, 'connect');
    const startedAt = performance.now();
    await server.close(CLOSE_LIMIT_MS);
    expect(performance.now() - startedAt).toBeLessThan(CLOSE_LIMIT_MS + 10_000);
    session.destroy();
    silent.destroy();
  });

  it('says which setting is to be changed where its port is taken', async () => {
    const first = newServer();
    const port = await first.listen('127.0.0.1', 0);
    await expect(newServer().listen('127.0.0.1', port)).rejects.toThrow(
      'ISTIO_ALS_PORT cannot be listened on (EADDRINUSE)',
    );
    await first.close(CLOSE_LIMIT_MS);
  });

  it('ends streams whose unfinished messages are too much together, those first that hold the most; others go on', async () => {
    const url = await start();
    const hoarding = connectTo(url);
    const bystander = open(connectTo(url));
    bystander.write(prefixed(Buffer.alloc(0)).subarray(0, 3));
    const body = Buffer.alloc(MIB * 4 - 1);
    const codes: number[] = [];
    const unfinished = Array.from({ length: 40 }, () => {
      const stream = open(hoarding).on('close', () => codes.push(stream.rstCode));
      stream.write(prefix(body.length + 1));
      stream.write(body);
      return stream;
    });
    // 160 MiB of which 96 may stay.
    await until(() => codes.length >= 16);
    expect(new Set(codes)).toEqual(new Set([constants.NGHTTP2_ENHANCE_YOUR_CALM]));
    bystander.end(prefixed(Buffer.alloc(0)).subarray(3));
    const [headers] = await once(bystander, 'trailers');
    expect(headers['grpc-status']).toBe('0');
    expect(unfinished.some(({ closed }) => !closed)).toBe(true);
    expect(counts.evicted).toBe(codes.length);
  });

  it('takes nothing compressed, which could be a thousand times as much once it is unpacked', async () => {
    const stream = open(connectTo(await start()), { 'grpc-encoding': 'gzip' });
    stream.write(prefixed(gzipSync(Buffer.alloc(MIB)), 1));
    const [headers] = await once(stream, 'response');
    expect(headers['grpc-status']).toBe(String(status.UNIMPLEMENTED));
  });
});

function prefix(length: number, flag = 0): Buffer {
  const bytes = Buffer.alloc(5, flag);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

function prefixed(message: Buffer, flag = 0): Buffer {
  return Buffer.concat([prefix(message.length, flag), message]);
}

async function until(isTrue: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !isTrue(); await delay(10)) {
    if (Date.now() > deadline) throw new Error('It did not happen in time.');
  }
}
