import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { readAhead } from './read-ahead.js';

async function* numbers(log: string[], failsAt = Number.POSITIVE_INFINITY): AsyncGenerator<number> {
  try {
    for (let number = 0; number < 4; number += 1) {
      if (number === failsAt) throw new Error('damaged');
      log.push(`made ${number}`);
      yield number;
    }
  } finally {
    log.push('closed');
  }
}

describe('readAhead', () => {
  it('makes one value while the one before it is worked on, and no more', async () => {
    const log: string[] = [];
    for await (const number of readAhead(numbers(log))) {
      await nextTurn();
      log.push(`used ${number}`);
    }
    expect(log).toEqual([
      ...['made 0', 'made 1', 'used 0', 'made 2', 'used 1', 'made 3', 'used 2', 'closed', 'used 3'],
    ]);
  });

  it('closes what it reads from when nobody wants more', async () => {
    const log: string[] = [];
    for await (const number of readAhead(numbers(log))) if (number === 1) break;
    expect(log.at(-1)).toBe('closed');
  });

  it('fails after everything that came before the failure', async () => {
    const used: number[] = [];
    const all = async () => {
      for await (const number of readAhead(numbers([], 2))) {
        await nextTurn();
        used.push(number);
      }
    };
    await expect(all()).rejects.toThrow('damaged');
    expect(used).toEqual([0, 1]);
  });
});
