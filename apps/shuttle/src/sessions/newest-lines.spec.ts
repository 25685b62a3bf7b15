import { describe, expect, it } from '@jest/globals';
import { NewestLines } from './newest-lines.js';

const at = (atMs: number, offset = 0) => ({ atMs, arrivedAtMs: 0, offset });

describe('NewestLines', () => {
  it('are the newest by time, oldest first, however they come', () => {
    const newest = new NewestLines({ lines: 3, bytes: 1_000 });
    for (const atMs of [5, 1, 9, 7, 3, 8, 2, 6, 4]) newest.add(at(atMs), `at ${atMs}`);
    expect(newest.take()).toEqual(['at 7', 'at 8', 'at 9']);
  });

  it('stand as Kafka has them where their times are the same, also when the newer ones came first', () => {
    const newest = new NewestLines({ lines: 10, bytes: 1_000 });
    for (const offset of [4, 5, 0, 1, 2, 3]) newest.add(at(0, offset), `at ${offset}`);
    expect(newest.take()).toEqual(['at 0', 'at 1', 'at 2', 'at 3', 'at 4', 'at 5']);
  });

  it('never take more memory than twice their size: the oldest are left out, not the newest', () => {
    const newest = new NewestLines({ lines: 1_000, bytes: 100 });
    for (let atMs = 0; atMs < 500; atMs += 1) newest.add(at(atMs), String(atMs).padStart(10));
    expect(newest.isFull).toBe(true);
    expect(newest.take().map(Number)).toEqual(Array.from({ length: 10 }, (_, index) => 490 + index));
  });
});
