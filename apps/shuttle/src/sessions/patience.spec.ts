import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Patience } from './patience.js';

/** An output that has room when it is told so. */
class Output {
  hasRoom = false;
  private readonly change = Promise.withResolvers<void>();

  room(): Promise<void> {
    return this.change.promise;
  }

  makeRoom(): void {
    this.hasRoom = true;
    this.change.resolve();
  }
}

const PATIENCE_MS = 30;

describe('Whoever waits for a reader', () => {
  it('waits until it has room, however long that is, where nobody else has to wait', async () => {
    const output = new Output();
    const patience = new Patience(output, () => true, PATIENCE_MS);
    let isOver = false;
    const waiting = patience.wait()?.then(() => {
      isOver = true;
    });
    expect(patience.wait()).toBeDefined();
    await delay(4 * PATIENCE_MS);
    expect(isOver).toBe(false);
    output.makeRoom();
    await waiting;
    expect(patience.wait()).toBeUndefined();
  });

  it('waits for a moment where others have to wait too, and again only after there was room', async () => {
    const output = new Output();
    const patience = new Patience(output, () => false, PATIENCE_MS);
    await patience.wait();
    expect(patience.wait()).toBeUndefined();
    output.makeRoom();
    await delay(0);
    output.hasRoom = false;
    expect(patience.wait()).toBeDefined();
  });
});
