import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LossNotices } from './loss-notices.js';
import type { QueuedPacket } from './queued-packet.js';

describe('What a receiver is told of its losses', () => {
  let lost: number;
  let noticed: number;
  let notices: LossNotices;

  beforeEach(() => {
    jest.useFakeTimers();
    lost = 0;
    noticed = 0;
    notices = new LossNotices({
      disk: {
        losses: { dropped: 0, refused: 0, damaged: 0, noticed: 0, lostSinceMs: 0 },
        get untold() {
          return lost - noticed;
        },
        addNoticed: (count) => {
          noticed += count;
        },
      },
      now: Date.now,
      lossNotice: (count) => Buffer.from(`lost ${count}`),
    });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  /** Sends what is due; undefined where nothing is. */
  function send(): QueuedPacket | undefined {
    const notice = notices.due();
    if (notice) notices.take(notice);
    return notice;
  }

  function sent(): QueuedPacket {
    const notice = send();
    if (!notice) throw new Error('No notice is due.');
    return notice;
  }

  it('each loss once, not more often than every ten seconds', () => {
    expect(send()).toBeUndefined();
    lost = 5;
    notices.arrived(sent());
    expect([noticed, send()]).toEqual([5, undefined]);
    lost = 8;
    // The clock that people set says nothing of it.
    jest.setSystemTime(Date.now() + 3_600_000);
    expect(send()).toBeUndefined();
    jest.setSystemTime(Date.now() - 7_200_000);
    jest.advanceTimersByTime(10_000);
    expect(sent().packet.toString()).toBe('lost 3');
  });

  it('one at a time: what is lost meanwhile is told by the next', () => {
    lost = 5;
    const first = sent();
    lost = 8;
    jest.advanceTimersByTime(60_000);
    expect(send()).toBeUndefined();
    notices.arrived(first);
    expect(sent().lossCount).toBe(3);
  });

  it('a notice that arrives after its connections were given up is not told again, nor does it hide a later loss', () => {
    lost = 5;
    const first = sent();
    notices.rewind();
    notices.arrived(first);
    jest.advanceTimersByTime(10_000);
    expect([noticed, send()]).toEqual([5, undefined]);
    lost = 9;
    expect(sent().lossCount).toBe(4);
  });

  it('of a notice that was sent twice, one counts', () => {
    lost = 5;
    const first = sent();
    notices.rewind();
    jest.advanceTimersByTime(10_000);
    lost = 7;
    const second = sent();
    notices.arrived(first);
    notices.arrived(second);
    notices.arrived(first);
    expect(noticed).toBe(7);
  });

  it('a receiver that refuses the notice is told once it takes something, and not asked again before', () => {
    lost = 5;
    notices.refused(sent());
    jest.advanceTimersByTime(3_600_000);
    expect([noticed, send()]).toEqual([0, undefined]);
    notices.receiverTakes();
    notices.arrived(sent());
    expect(noticed).toBe(5);
  });
});
