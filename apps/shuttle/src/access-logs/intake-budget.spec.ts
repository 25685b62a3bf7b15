import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { IntakeBudget, StreamShare } from './intake-budget.js';

describe('The budget of all streams of Envoys', () => {
  let budget: IntakeBudget;
  let ended: string[];

  beforeEach(() => {
    jest.useFakeTimers();
    budget = new IntakeBudget({ messageBytes: 100, totalBytes: 1_000 });
    ended = [];
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function holding(name: string, bytes: number): StreamShare {
    const share = new StreamShare(() => ended.push(name));
    budget.hold(share, bytes);
    return share;
  }

  it('ends the stream that holds the most, and not one that has been quiet for long or has only begun', () => {
    holding('quiet for hours', 10);
    jest.advanceTimersByTime(10_000_000);
    holding('hoarder', 600);
    jest.advanceTimersByTime(1_000);
    holding('just begun', 391);
    expect(ended).toEqual(['hoarder']);
    expect(budget.heldBytes).toBe(401);
  });

  it('counts what a stream holds together with the messages that Kafka has not taken', () => {
    budget.take(700);
    const share = holding('one', 300);
    expect(ended).toEqual([]);
    budget.release(share);
    holding('other', 200);
    holding('third', 101);
    expect(ended).toHaveLength(1);
  });

  it('lets streams read again when there is room, except those that have ended', () => {
    const read: string[] = [];
    const forgotten = () => read.push('forgotten');
    budget.take(100);
    for (const next of [() => read.push('first'), forgotten, () => read.push('second')]) budget.whenRoom(next);
    budget.forget(forgotten);
    expect(read).toEqual([]);
    budget.giveBack(1);
    expect(read).toEqual(['first', 'second']);
  });
});
