import { describe, expect, it } from '@jest/globals';
import type { DrainState } from '@logs-collector/shuttle/delivery/drain-runner';
import { DeliveryTotals } from './delivery-totals.js';

function state(counts: Partial<DrainState>): DrainState {
  return {
    status: 'idle',
    connections: 0,
    lastError: undefined,
    lastErrorAtMs: undefined,
    retryAtMs: undefined,
    sent: 0,
    buffered: 0,
    bufferedBytes: 0,
    waitingBytes: 0,
    dropped: 0,
    refused: 0,
    damaged: 0,
    bufferError: undefined,
    ...counts,
  };
}

describe('The totals of all drains', () => {
  it('only grow, also when a drain is deleted, and count no loss of an earlier process', () => {
    const totals = new DeliveryTotals();
    totals.look([
      ['a', state({ sent: 5, dropped: 100 })],
      ['b', state({ sent: 1 })],
    ]);
    expect(totals.totals).toEqual({ sent: 6, dropped: 0, refused: 0, damaged: 0 });
    totals.look([['a', state({ sent: 7, dropped: 103, refused: 2 })]]);
    expect(totals.totals).toEqual({ sent: 8, dropped: 3, refused: 2, damaged: 0 });
    totals.look([['b', state({ sent: 4 })]]);
    expect(totals.totals).toEqual({ sent: 12, dropped: 3, refused: 2, damaged: 0 });
  });
});
