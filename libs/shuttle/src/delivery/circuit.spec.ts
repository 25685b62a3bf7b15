import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { backoffMs, retryAfterMs } from './backoff.js';
import { Circuit } from './circuit.js';

describe('backoffMs (exponential with full jitter, 0.5 s to 60 s)', () => {
  it.each([
    [1, 500],
    [2, 1_000],
    [7, 32_000],
    [8, 60_000],
    [2_000, 60_000],
  ])('failure %d waits for anything up to %d ms', (failures, mostMs) => {
    expect(backoffMs(failures, 0)).toBe(0);
    expect(backoffMs(failures, 0.5)).toBe(mostMs / 2);
    expect(backoffMs(failures, 1)).toBe(mostMs);
  });
});

describe('retryAfterMs (RFC 9110, section 10.2.3)', () => {
  const now = Date.parse('2026-11-25T16:00:00Z');
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Wed, 25 Nov 2026 16:01:00 GMT', 60_000],
    ['Wed, 25 Nov 2026 15:00:00 GMT', 0],
    ['99999999999', 3_600_000],
    ['soon', 0],
    [undefined, 0],
  ])('%s: %d ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

describe('Circuit', () => {
  const aborting = new AbortController();
  let circuit: Circuit;

  beforeEach(() => {
    jest.useFakeTimers();
    circuit = new Circuit({ random: () => 1 });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function entering(): { isIn: boolean; isProbe: boolean } {
    const entry = { isIn: false, isProbe: false };
    void circuit.enter(aborting.signal).then((isProbe) => Object.assign(entry, { isIn: true, isProbe }));
    return entry;
  }

  it('lets everybody in until something fails', async () => {
    const entry = entering();
    await jest.advanceTimersByTimeAsync(0);
    expect(entry).toEqual({ isIn: true, isProbe: false });
  });

  it('half-open: after the wait one tries alone, and the others follow once it got through', async () => {
    circuit.failed();
    const entries = [entering(), entering(), entering()];
    await jest.advanceTimersByTimeAsync(499);
    expect(entries.filter(({ isIn }) => isIn)).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(entries.filter(({ isIn }) => isIn)).toEqual([{ isIn: true, isProbe: true }]);
    circuit.delivered();
    await jest.advanceTimersByTimeAsync(0);
    expect(entries.every(({ isIn }) => isIn)).toBe(true);
  });

  it('a probe that fails, or does not try after all, leaves it to another', async () => {
    circuit.failed();
    const first = entering();
    const second = entering();
    await jest.advanceTimersByTimeAsync(500);
    expect(first.isProbe).toBe(true);
    circuit.failed();
    await jest.advanceTimersByTimeAsync(999);
    expect(second.isIn).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(second.isProbe).toBe(true);
    const third = entering();
    circuit.withdraw();
    await jest.advanceTimersByTimeAsync(0);
    expect(third.isProbe).toBe(true);
  });

  it('connections that fail together count as one failure; what the receiver asks for is the least', async () => {
    circuit.failed();
    circuit.failed(5_000);
    circuit.failed();
    expect(circuit.failuresInRow).toBe(1);
    expect(circuit.retryAtMs).toBe(Date.now() + 5_000);
  });

  it('a clock that is set back or forth in the meantime changes nothing of the wait', async () => {
    for (const shiftMs of [-3_600_000, 3_600_000]) {
      circuit = new Circuit({ random: () => 1 });
      circuit.failed();
      const entry = entering();
      jest.setSystemTime(Date.now() + shiftMs);
      await jest.advanceTimersByTimeAsync(499);
      expect(entry.isIn).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      expect(entry.isIn).toBe(true);
    }
  });

  it('a connection alone does not make up for failures: a receiver that accepts and cuts is tried less and less', () => {
    circuit.failed();
    circuit.connected();
    circuit.failed();
    expect(circuit.failuresInRow).toBe(2);
    circuit.delivered();
    expect(circuit.failuresInRow).toBe(0);
  });
});
