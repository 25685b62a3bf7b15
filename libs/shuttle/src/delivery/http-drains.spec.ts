import { cpSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpReceiver } from '../../test-support/http-receiver.js';
import { offerLines } from '../../test-support/offer-lines.js';
import { TestHost, until } from '../../test-support/test-drain.js';
import { LowWaterMarks } from './low-water-marks.js';

/** A receiver that fails for so long has what is under way go to the disk, and comes to know some of it twice. */
const NEVER_MS = 3_600_000;
const PROCESSES = ['web', 'worker', 'cron', 'api'];

describe('a drain over HTTP (Logplex)', () => {
  let stage: TestHost;
  let receiver: HttpReceiver;
  let url: string;

  beforeEach(async () => {
    stage = new TestHost();
    receiver = await HttpReceiver.start();
    url = `http://127.0.0.1:${receiver.port}/in?source=app`;
  });

  afterEach(async () => {
    await stage.dispose();
    await receiver.stop();
  });

  it('posts what Logplex receivers expect: headers, Basic authentication, query, lengths that count the newline', async () => {
    const spec = stage.spec(url.replace('//', '//us%40er:se:cret@'), { drainToken: 'd.1234' });
    const runner = await (await stage.open()).add(spec);
    await offerLines(runner, 0, 3);
    await until(() => runner.state.sent === 3, 'delivered');
    const [request] = receiver.requests;
    expect(request?.url).toBe('/in?source=app');
    expect(request?.messages[0]).toBe('<14>1 2026-11-25T16:00:00Z app-space web.1 - - - n=web:0');
    expect(request?.headers).toMatchObject({
      'content-type': 'application/logplex-1',
      'logplex-msg-count': String(request?.messages.length),
      'logplex-drain-token': 'd.1234',
      'logplex-frame-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'user-agent': 'Logplex/v72',
      authorization: `Basic ${Buffer.from('us@er:se:cret').toString('base64')}`,
    });
  });

  it('compresses with gzip when asked', async () => {
    const runner = await (await stage.open()).add(stage.spec(`${url}&gzip=1`));
    await offerLines(runner, 0, 1_000);
    await until(() => runner.state.sent === 1_000, 'delivered');
    expect(receiver.requests[0]?.headers['content-encoding']).toBe('gzip');
    expect(receiver.ledger.missing(1_000)).toEqual([]);
  });

  it('batches by bytes and time: many lines share a request, one line does not wait long', async () => {
    const allOffered = Promise.withResolvers<void>();
    receiver.behave = async ({ accept, response }) => {
      accept();
      await allOffered.promise;
      response.writeHead(204).end();
    };
    const runner = await (await stage.open()).add(stage.spec(url));
    await offerLines(runner, 0, 10_000, { padding: 'x'.repeat(200) });
    allOffered.resolve();
    await until(() => runner.state.sent === 10_000, 'delivered');
    expect(receiver.requests.length).toBeLessThan(20);
    const startedAt = performance.now();
    await offerLines(runner, 10_000, 10_001);
    await until(() => runner.state.sent === 10_001, 'delivered');
    // It would wait for ever for others to fill a batch.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('a slow receiver gets several requests at a time, in order for each process', async () => {
    const allOffered = Promise.withResolvers<void>();
    receiver.behave = async ({ accept, response }) => {
      accept();
      await allOffered.promise;
      setTimeout(() => response.writeHead(200).end('ok'), 200);
    };
    const runner = await (await stage.open({ spillAfterMs: NEVER_MS })).add(stage.spec(url));
    const processes = Array.from({ length: 12 }, (_, index) => `p${index}`);
    await offerLines(runner, 0, 2_000, { processes, padding: 'x'.repeat(400) });
    allOffered.resolve();
    await until(() => runner.state.buffered === 0, 'delivered');
    expect(receiver.ledger).toMatchObject({ distinct: 24_000, duplicates: 0, outOfOrder: 0 });
    expect(receiver.mostInFlight).toBeGreaterThan(1);
  });

  it.each([
    ['500', 500],
    ['503', 503],
    ['429', 429],
    ['408', 408],
  ])('%s is retried, in order for each process', async (_name, status) => {
    receiver.behave = ({ accept, response, turn }) => {
      if (turn % 2 === 1) {
        response.writeHead(status).end();
        return;
      }
      accept();
      response.writeHead(200).end();
    };
    const runner = await (await stage.open({ spillAfterMs: NEVER_MS })).add(stage.spec(url));
    await offerLines(runner, 0, 2_000, { processes: PROCESSES });
    await until(() => runner.state.buffered === 0, 'delivered');
    expect(receiver.ledger).toMatchObject({ distinct: 8_000, duplicates: 0, outOfOrder: 0 });
    expect(runner.state).toMatchObject({ dropped: 0, refused: 0 });
    expect(runner.state.lastError).toBe(`The receiver answered ${status}.`);
    const ids = receiver.requests.map(({ headers }) => headers['logplex-frame-id']);
    // A repeated batch keeps its id, so that a receiver can tell.
    expect(ids[1]).toBe(ids[0]);
  });

  it('what is being tried again is not cut off because its memory is wanted back: the receiver comes to know it once', async () => {
    const [mostOffered, allOffered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    receiver.behave = async ({ accept, response, turn }) => {
      if (turn > 1) accept();
      if (turn === 1) await mostOffered.promise;
      if (turn === 2) {
        await allOffered.promise;
        // Long enough that everything is on the disk meanwhile.
        await delay(700);
      }
      response.writeHead(turn === 1 ? 503 : 200).end();
    };
    const runner = await (await stage.open()).add(stage.spec(url));
    await offerLines(runner, 0, 1_500, { processes: PROCESSES });
    mostOffered.resolve();
    await until(() => receiver.requests.length === 2, 'tried again');
    await offerLines(runner, 1_500, 2_000, { processes: PROCESSES, padding: 'x'.repeat(100) });
    allOffered.resolve();
    await until(() => runner.state.buffered === 0, 'delivered');
    expect(receiver.ledger).toMatchObject({ distinct: 8_000, duplicates: 0, outOfOrder: 0 });
  });

  it('Retry-After is obeyed', async () => {
    const times: number[] = [];
    receiver.behave = ({ accept, response, turn }) => {
      times.push(performance.now());
      if (turn > 1) accept();
      response.writeHead(turn === 1 ? 429 : 200, { 'retry-after': '1' }).end();
    };
    const runner = await (await stage.open()).add(stage.spec(url));
    await offerLines(runner, 0, 10);
    await until(() => times.length === 1, 'the first request');
    await until(() => runner.state.status === 'backing_off', 'backing off');
    await until(() => runner.state.sent === 10, 'delivered');
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(990);
  });

  it.each([400, 401, 404, 413, 302])('%d is given up and counted: delivered + refused = offered', async (status) => {
    receiver.behave = ({ accept, response, turn }) => {
      if (turn === 1) {
        response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end();
        return;
      }
      accept();
      response.writeHead(200).end();
    };
    const marks = new LowWaterMarks();
    const runner = await (await stage.open()).add(stage.spec(url));
    await offerLines(runner, 0, 100, { marks });
    await until(() => runner.state.buffered === 0, 'settled');
    await offerLines(runner, 100, 200, { marks });
    await until(() => marks.open() === 0 && runner.state.buffered === 0, 'settled');
    const { sent, refused } = runner.state;
    expect(refused).toBeGreaterThan(0);
    expect(receiver.ledger.distinct).toBe(sent);
    expect(sent + refused).toBe(200);
    expect(runner.state.lastError).toBe(`The receiver answered ${status}.`);
    await until(() => receiver.ledger.noticed === refused, 'the receiver is told');
  });

  it('what was refused is counted before it is settled: a later process tells, once the receiver takes something', async () => {
    receiver.behave = ({ response }) => response.writeHead(404).end();
    const spec = stage.spec(url);
    const marks = new LowWaterMarks();
    const former = await stage.open();
    await offerLines(await former.add(spec), 0, 100, { marks });
    await until(() => marks.open() === 0, 'settled');
    // Nothing of a process that is killed now gets to the disk any more.
    const killed = join(stage.directory, 'killed');
    cpSync(join(stage.directory, 'drains'), killed, { recursive: true });
    await former.close(0);
    expect(receiver.ledger.noticed).toBe(0);
    receiver.behave = HttpReceiver.accepting;
    const runner = await (await stage.open({ bufferDirectory: killed })).add(spec);
    expect(runner.state.refused).toBe(100);
    await until(() => receiver.ledger.noticed > 0, 'the receiver is told');
    expect(receiver.ledger.notices).toEqual([100]);
  });

  it('a receiver that breaks connections in every way gets everything', async () => {
    receiver.behave = ({ accept, response, turn }) => {
      if (turn % 4 === 1) response.socket?.destroy();
      else if (turn % 4 === 2) response.socket?.resetAndDestroy();
      else if (turn % 4 === 3) {
        // Accepted, and the answer is lost: the batch comes again.
        accept();
        response.socket?.destroy();
      } else {
        accept();
        response.writeHead(200).end();
      }
    };
    const runner = await (await stage.open()).add(stage.spec(url));
    await offerLines(runner, 0, 3_000, { processes: PROCESSES });
    await until(() => runner.state.buffered === 0, 'delivered');
    expect(receiver.ledger).toMatchObject({ distinct: 12_000, outOfOrder: 0 });
    expect(receiver.ledger.duplicates).toBeGreaterThan(0);
  });

  it.each([
    ['stops in the middle of its answer', (response: ServerResponse) => response.write('and')],
    ['goes on answering for ever', (response: ServerResponse) => Readable.from(endless()).pipe(response)],
  ])('a receiver that %s holds nothing up and keeps no connection', async (_name, misbehave) => {
    receiver.behave = ({ accept, response }) => {
      accept();
      misbehave(response.writeHead(200));
    };
    const runner = await (await stage.open({ maxConnections: 1 })).add(stage.spec(url));
    for (let turn = 0; turn < 3; turn += 1) {
      await offerLines(runner, turn * 10, turn * 10 + 10);
      await until(() => runner.state.sent === turn * 10 + 10, 'delivered');
      await until(() => receiver.inFlight === 0, 'the connection was ended');
    }
    expect(receiver.ledger).toMatchObject({ distinct: 30, duplicates: 0 });
  });

  it('a receiver that says 101 has not taken anything: it is tried again, on a new connection', async () => {
    receiver.behave = ({ accept, response, turn }) => {
      if (turn <= 2) {
        response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
        return;
      }
      accept();
      response.writeHead(204).end();
    };
    const runner = await (await stage.open()).add(stage.spec(url));
    await offerLines(runner, 0, 10);
    await until(() => runner.state.sent === 10, 'delivered', 5_000);
    await until(() => receiver.inFlight === 0, 'the connections that were given up are ended');
    expect(runner.state.lastError).toBe('The receiver wants to speak another protocol (101).');
    expect(receiver.ledger).toMatchObject({ distinct: 10, duplicates: 0 });
  });

  it('an interim answer (100, 103) is not the answer: what counts comes after it', async () => {
    receiver.behave = ({ accept, response, turn }) => {
      response.writeContinue();
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      if (turn > 1) accept();
      response.writeHead(turn === 1 ? 503 : 200).end();
    };
    const runner = await (await stage.open()).add(stage.spec(url));
    await offerLines(runner, 0, 10);
    await until(() => runner.state.sent === 10, 'delivered');
    expect(runner.state.lastError).toBe('The receiver answered 503.');
    expect(receiver.ledger).toMatchObject({ distinct: 10, duplicates: 0 });
  });
});

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(16_384, 'x');
}
