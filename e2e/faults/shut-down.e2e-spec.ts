import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { databaseKinds } from '../../apps/api/test-support/test-databases.js';
import { patternedBytes } from '../support/bytes.js';
import { Ledger } from '../support/ledger.js';
import { RawConnection } from '../support/raw-http.js';
import { IS_LARGE, ROUNDS } from '../support/size.js';
import type { Reply } from '../support/staff.js';
import { Stage } from '../support/stage.js';
import { ChunkedTusClient } from '../support/upload-clients.js';

jest.setTimeout(120_000 * ROUNDS);

const MIB = 1024 * 1024;
const UPLOADS = 20;
const EXIT_LIMIT_MS = 25_000;
const kinds = IS_LARGE ? databaseKinds : databaseKinds.filter((kind) => kind !== 'postgres 15');

describe('SIGTERM: not ready at once, uploads in flight can be resumed, nothing acknowledged is lost', () => {
  let stage: Stage;

  afterEach(() => stage.strike());

  it.each(kinds)('ends within 25 s under 20 uploads, which all go on after the restart (%s)', async (kind) => {
    stage = await Stage.set(kind);
    const ledger = new Ledger();
    const { token } = await stage.admin.createTicket('TERM', { attempts: UPLOADS });
    const client = new ChunkedTusClient(MIB);
    const uploads = Array.from({ length: UPLOADS }, (_, lane) =>
      client.upload(stage.server, ledger.open(token, `lane-${lane}.bin`, patternedBytes(6 * MIB, lane + 1)), ledger),
    );
    while (ledger.acknowledgements < 2 * UPLOADS) await delay(10);
    const began = Date.now();
    const ended = stage.server.stop();
    const readiness: number[] = [];
    const watch = watchReadiness(readiness);
    expect(await ended).toEqual({ code: 0, signal: null });
    const tookMs = Date.now() - began;
    await watch;
    expect(tookMs).toBeLessThan(EXIT_LIMIT_MS);
    expect(readiness.filter((status) => status !== 503)).toEqual([]);
    await stage.server.start();
    await Promise.all(uploads);
    expect(await stage.losses(ledger, UPLOADS)).toEqual([]);
    expect(await stage.lastingDisagreements()).toEqual([]);
    console.log(`${kind}: ended in ${tookMs} ms, ${ledger.acknowledgements} acknowledgements, 0 lost`);
  });

  it('tells the orchestrator at once that it is not ready while a PUT, and a form before its file, are given time to end', async () => {
    stage = await Stage.set('sqlite');
    const { token } = await stage.admin.createTicket('GRACE', { attempts: 2 });
    const form = await RawConnection.open(stage.server);
    const note = '--b\r\nContent-Disposition: form-data; name="note"\r\n\r\n';
    const file = '\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ntext\r\n--b--\r\n';
    form.head('POST /api/v1/archives/', [
      ['Upload-Token', token],
      ['Content-Type', 'multipart/form-data; boundary=b'],
      ['Content-Length', String(note.length + file.length)],
    ]);
    await form.write(note);
    const bytes = patternedBytes(MIB);
    const isAsked = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(bytes.subarray(0, MIB / 2));
        await isAsked.promise;
        controller.enqueue(bytes.subarray(MIB / 2));
        controller.close();
      },
    });
    const put = fetch(`${stage.server.url}/api/v1/archives/grace.bin`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body,
      duplex: 'half',
    });
    while (stage.server.files().length < 2) await delay(10);
    const ended = stage.server.stop();
    await untilShuttingDown();
    expect((await ask('/health/ready')).status).toBe(503);
    expect((await ask('/api/v1/tickets')).status).toBe(503);
    isAsked.resolve();
    await form.write(file);
    expect([(await put).status, (await form.answer())?.status]).toEqual([201, 201]);
    form.close();
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  /** A connection that was spare may be closed at this very moment; clients take another then. */
  function ask(path: string): Promise<Reply> {
    return stage.admin.request('GET', path).catch(() => stage.admin.request('GET', path));
  }

  /** "At once" counts from the moment at which the process has taken the signal in: on a busy machine that takes a while. */
  async function untilShuttingDown(): Promise<void> {
    while (!stage.server.output.includes('"msg":"shutting down"')) await delay(5);
    await delay(50);
  }

  /** Asks until nobody answers any more. */
  async function watchReadiness(statuses: number[]): Promise<void> {
    await untilShuttingDown();
    for (;;) {
      const answer = await stage.admin.request('GET', '/health/ready').catch(() => undefined);
      if (!answer) return;
      statuses.push(answer.status);
      await delay(20);
    }
  }
});
