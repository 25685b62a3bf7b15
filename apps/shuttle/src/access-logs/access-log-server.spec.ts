import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NetworkList } from '@logs-collector/runtime/network-list';
import { createLog } from '../log.js';
import { AccessLogCounts } from './access-log-counts.js';
import { AccessLogIntake } from './access-log-intake.js';
import { AccessLogPublisher } from './access-log-publisher.js';
import { STREAM_ACCESS_LOGS } from './access-log-schema.js';
import { AccessLogServer } from './access-log-server.js';

const CLOSE_LIMIT_MS = 300;

describe('The server for access logs', () => {
  const log = createLog('silent');
  const counts = new AccessLogCounts(log);
  const publisher = new AccessLogPublisher(() => Promise.resolve(), counts, log);
  const intake = new AccessLogIntake(publisher, counts, log);
  const authKey = 'key';
  const newServer = () => new AccessLogServer({ intake, counts, log, authKey, trusted: new NetworkList([]) });
  afterEach(() => counts.close());

  it('closes within its time, whoever holds a connection open and says nothing', async () => {
    const server = newServer();
    const port = await server.listen('127.0.0.1', 0);
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    const session = connectHttp2(`http://127.0.0.1:${port}`).on('error', () => undefined);
    const stream = session.request({
      ':method': 'POST',
      ':path': STREAM_ACCESS_LOGS,
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: authKey,
    });
    stream.on('error', () => undefined).write(Buffer.alloc(5));
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
});
