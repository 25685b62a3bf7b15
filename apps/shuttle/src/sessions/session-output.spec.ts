import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SessionOutput } from './session-output.js';

const HOUR_MS = 3_600_000;

/** A connection whose other side reads when the test says so. */
class SlowConnection extends Writable {
  text = '';
  isReading = true;
  private waiting: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    if (this.isReading) done();
    else this.waiting = done;
  }

  read(): void {
    this.isReading = true;
    this.waiting?.();
  }
}

describe('SessionOutput', () => {
  let connection: SlowConnection;
  let output: SessionOutput;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    connection = new SlowConnection();
    output = new SessionOutput(connection);
  });

  afterEach(() => {
    connection.destroy();
    jest.useRealTimers();
  });

  it('says a comment while there is nothing else, so that nobody on the way takes the connection for dead', () => {
    jest.advanceTimersByTime(15_000);
    expect(connection.text).toBe(': keep-alive\n');
  });

  it('ends after an hour', async () => {
    jest.advanceTimersByTime(HOUR_MS);
    await output.whenEnded;
    expect(connection.text).toMatch(/: this session ends after an hour\n$/);
  });

  it('leaves out what is not read in time, and says how much', async () => {
    connection.isReading = false;
    for (let count = 0; count < 5; count += 1) output.line('x'.repeat(300_000));
    output.line('left out');
    output.line('left out');
    const drained = new Promise((resolve) => connection.once('drain', resolve));
    connection.read();
    await drained;
    output.line('again');
    output.end();
    await output.whenEnded;
    expect(connection.text.length).toBeLessThan(2_000_000);
    expect(connection.text.slice(-80)).toMatch(/x\n: 3 lines were left out, as they were not read in time\nagain\n$/);
  });
});
