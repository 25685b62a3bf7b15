import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HttpReceiver } from '../../libs/shuttle/test-support/http-receiver.js';
import type { LineLedger } from '../../libs/shuttle/test-support/line-ledger.js';
import { StreamReceiver } from '../../libs/shuttle/test-support/stream-receiver.js';

jest.setTimeout(180_000);

const KILLS = process.env.TEST_LARGE ? 20 : 4;
const PROCESSES = ['web', 'worker', 'cron'];
const LINES_PER_PROCESS = 2_500 * KILLS;
const LINES = PROCESSES.length * LINES_PER_PROCESS;
const LINES_A_SECOND = 12_000;
/** Longer than anything takes to be confirmed, as it is by default. */
const SPILL_AFTER_MS = 2_000;

describe('the delivering process, killed with SIGKILL again and again', () => {
  let directory: string;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'delivery-kill-'));
  });

  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(directory, { recursive: true });
  });

  async function start(
    url: string,
    { lines = LINES, rate = LINES_A_SECOND, spillAfterMs = SPILL_AFTER_MS } = {},
  ): Promise<ChildProcess> {
    const script = join(import.meta.dirname, '../support/delivery-process.mjs');
    const started = spawn(process.execPath, [script, directory, url, ...[lines, rate, spillAfterMs].map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    await once(started.stdout, 'data');
    return started;
  }

  async function killAgainAndAgain(url: string, between: (turn: number) => Promise<void>): Promise<string> {
    for (let turn = 0; turn < KILLS; turn += 1) {
      const running = await start(url);
      await between(turn);
      // Some time between a flush and the next, at another point in each run.
      await delay(200 + Math.random() * 600);
      running.kill('SIGKILL');
      await once(running, 'exit');
    }
    return finish(await start(url));
  }

  async function finish(last: ChildProcess): Promise<string> {
    let output = '';
    last.stdout?.on('data', (chunk) => {
      output += String(chunk);
    });
    const [code] = await once(last, 'exit');
    expect(code).toBe(0);
    return output;
  }

  function expectEverything(ledger: LineLedger): void {
    for (const name of PROCESSES) expect(ledger.missing(LINES_PER_PROCESS, name)).toEqual([]);
    expect(ledger.outOfOrder).toBe(0);
    expect(readFileSync(join(directory, 'offset'), 'utf8')).toBe(String(LINES));
    console.log(`${LINES} lines, ${KILLS} kills: unaccounted 0, duplicates ${ledger.duplicates}`);
  }

  it('TCP, a receiver that goes away and comes back: unaccounted 0, in order per app and process', async () => {
    let receiver = await StreamReceiver.start();
    const { port, ledger } = receiver;
    const state = await killAgainAndAgain(`syslog://127.0.0.1:${port}`, async (turn) => {
      await delay(300);
      if (turn % 2 === 0) await receiver.stop();
      else receiver = await StreamReceiver.start({ port, ledger });
    });
    expect(JSON.parse(state)).toMatchObject({ dropped: 0, damaged: 0, buffered: 0 });
    expectEverything(ledger);
    await receiver.stop();
  });

  it('a quiet drain whose receiver is away: what was settled by its age survives every kill', async () => {
    const receiver = await StreamReceiver.start();
    const { port, ledger } = receiver;
    await receiver.stop();
    const url = `syslog://127.0.0.1:${port}`;
    const quiet = { lines: 600, rate: 400, spillAfterMs: 100 };
    const offset = () => Number(existsSync(offsetFile) ? readFileSync(offsetFile, 'utf8') : 0);
    const offsetFile = join(directory, 'offset');
    for (let settled = 0; settled < 300; settled = offset()) {
      const running = await start(url, quiet);
      // As soon as something more was settled, at another point of writing and flushing in each run.
      while (offset() === settled) await delay(5);
      await delay(Math.random() * 300);
      running.kill('SIGKILL');
      await once(running, 'exit');
    }
    const later = await StreamReceiver.start({ port, ledger });
    const state = await finish(await start(url, quiet));
    expect(JSON.parse(state)).toMatchObject({ dropped: 0, damaged: 0, buffered: 0 });
    for (const name of PROCESSES) expect(ledger.missing(200, name)).toEqual([]);
    expect(ledger.outOfOrder).toBe(0);
    await later.stop();
  });

  it('HTTP, a receiver that answers slowly, 500 or nothing at all: unaccounted 0, in order per app and process', async () => {
    const receiver = await HttpReceiver.start(({ accept, response, turn }) => {
      if (turn % 5 === 1) response.writeHead(500).end();
      else if (turn % 5 === 2) response.socket?.destroy();
      else {
        accept();
        setTimeout(() => response.writeHead(200).end(), 50);
      }
    });
    await killAgainAndAgain(`http://127.0.0.1:${receiver.port}/`, async () => undefined);
    expectEverything(receiver.ledger);
    await receiver.stop();
  });
});
