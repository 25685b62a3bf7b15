import { describe, expect, it } from '@jest/globals';
import { measured, speedFrom, timeLeft } from './speed.js';

describe('the speed of an upload', () => {
  it('is that of the first measurement, then follows slowly', () => {
    let speed = measured(speedFrom(0, 0), 1_000, 1_000);
    expect(speed.bytesPerSecond).toBe(1_000);
    speed = measured(speed, 4_000, 2_000);
    expect(speed.bytesPerSecond).toBeGreaterThan(1_000);
    expect(speed.bytesPerSecond).toBeLessThan(1_500);
    for (let at = 3; at < 60; at += 1) speed = measured(speed, 4_000 + (at - 2) * 3_000, at * 1_000);
    expect(speed.bytesPerSecond).toBeCloseTo(3_000, -1);
  });

  it('does not mistake a step back for speed', () => {
    const speed = measured(speedFrom(0, 0), 1_000, 1_000);
    expect(measured(speed, 500, 2_000)).toEqual({ bytesPerSecond: 1_000, bytes: 500, at: 2_000 });
  });

  it('says how long it takes, and nothing while nothing moves', () => {
    expect(timeLeft({ bytesPerSecond: 100, bytes: 500, at: 0 }, 1_000)).toBe(5_000);
    expect(timeLeft(speedFrom(0, 0), 1_000)).toBeUndefined();
  });
});
