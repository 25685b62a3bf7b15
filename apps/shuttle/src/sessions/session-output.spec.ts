import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryShare } from './memory-share.js';
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
    output = new SessionOutput(connection, new MemoryShare(Number.POSITIVE_INFINITY, () => 0));
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

  it('waits for a slow reader where it is asked to, and leaves nothing out', async () => {
    connection.isReading = false;
    const written = (async () => {
      for (let count = 0; count < 8; count += 1) {
        await output.room();
        output.line(String(count).repeat(300_000));
      }
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(connection.writableLength).toBeLessThan(1_500_000);
    connection.read();
    await written;
    output.end();
    await output.whenEnded;
    expect(connection.text).toHaveLength(8 * 300_001);
  });

  it('leaves out more where all readers together leave too much unread, and nothing for those who read', () => {
    const outputs: SessionOutput[] = [];
    const share = new MemoryShare(2_000_000, () => outputs.reduce((sum, { unreadBytes }) => sum + unreadBytes, 0));
    const connections = Array.from({ length: 40 }, () => new SlowConnection());
    outputs.push(...connections.map((each) => new SessionOutput(each, share)));
    for (const each of connections.slice(1)) each.isReading = false;
    for (let line = 0; line < 100; line += 1) for (const each of outputs) each.line('x'.repeat(9_999));
    for (const each of outputs) each.line('y'.repeat(100_000));
    expect(outputs.reduce((sum, { unreadBytes }) => sum + unreadBytes, 0)).toBeLessThan(39 * 65_536 + 10_000);
    expect(connections[0]?.text).toBe([...Array(100).fill('x'.repeat(9_999)), 'y'.repeat(100_000), ''].join('\n'));
    for (const each of connections) each.destroy();
  });

  it('waits for nobody who is gone', async () => {
    connection.isReading = false;
    for (let count = 0; count < 5; count += 1) output.line('x'.repeat(300_000));
    const waiting = output.room();
    connection.destroy();
    await expect(waiting).resolves.toBeUndefined();
  });

  it('that ends is cut off where its reader does not read the rest', async () => {
    connection.isReading = false;
    output.line('never read');
    output.end(1_000);
    jest.advanceTimersByTime(1_000);
    await output.whenEnded;
    expect(connection.destroyed).toBe(true);
  });
});
