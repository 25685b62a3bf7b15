import { describe, expect, it } from '@jest/globals';
import {
  ACCOUNT_POLICY,
  ADDRESS_POLICY,
  afterFailure,
  afterWrongCode,
  CODE_LIMIT,
  CODE_WINDOW_MS,
  type ThrottleState,
  waitMs,
} from './throttle.rules.js';

function fail(times: number, policy = ACCOUNT_POLICY): number[] {
  let state: ThrottleState | null = null;
  return Array.from({ length: times }, () => {
    state = afterFailure(state, policy, 0);
    return waitMs(state, 0) / 1_000;
  });
}

describe('afterFailure (ASVS 5.0.0-6.3.1)', () => {
  it('lets people mistype, then doubles from one second to fifteen minutes', () => {
    expect(fail(18)).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it('never delays longer, however often it fails', () => {
    expect(fail(2_000).at(-1)).toBe(900);
  });

  it('lets fewer than 120 guesses a day reach one account', () => {
    let state: ThrottleState | null = null;
    let guesses = 0;
    for (let now = 0; now < 24 * 3_600_000; now += 1_000) {
      if (waitMs(state, now) > 0) continue;
      state = afterFailure(state, ACCOUNT_POLICY, now);
      guesses += 1;
    }
    expect(guesses).toBeLessThan(120);
  });

  it('forgets after the window', () => {
    const state = { failures: 40, windowStart: 0, blockedUntil: 0 };
    expect(afterFailure(state, ACCOUNT_POLICY, ACCOUNT_POLICY.windowMs + 1).failures).toBe(1);
  });

  it('is more patient with an address, behind which there may be an office', () => {
    expect(fail(30, ADDRESS_POLICY).at(-1)).toBe(0);
    expect(fail(31, ADDRESS_POLICY).at(-1)).toBe(1);
  });
});

describe('afterWrongCode', () => {
  it('blocks after ten in an hour until the hour is over', () => {
    let state: ThrottleState | null = null;
    for (let count = 0; count < CODE_LIMIT; count += 1) {
      expect(waitMs(state, count)).toBe(0);
      state = afterWrongCode(state, count);
    }
    expect(waitMs(state, 9)).toBe(CODE_WINDOW_MS - 9);
    expect(afterWrongCode(state, CODE_WINDOW_MS).failures).toBe(1);
  });
});
