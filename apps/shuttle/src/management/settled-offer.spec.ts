import { describe, expect, it } from '@jest/globals';
import type { DrainRunner } from '@logs-collector/shuttle/delivery/drain-runner';
import type { LogRecord } from '@logs-collector/shuttle/record';
import { offerSettled } from './settled-offer.js';

const records = Array.from(
  { length: 5 },
  (_, offset): LogRecord => ({
    ...{ destination: { kind: 'app', app: 'a', space: 'b' }, process: 'replay', severity: 'info', tag: 'replay' },
    ...{ time: '2026-01-02T03:04:05Z', text: 'x', position: { topic: '_replay', partition: 0, offset } },
  }),
);

describe('Records that are offered', () => {
  it('to a drain without room for more are not pressed upon it, however often somebody tries', async () => {
    const taken: LogRecord[] = [];
    const offer: DrainRunner['offer'] = (record) => {
      taken.push(record);
      return new Promise(() => undefined);
    };
    for (let tries = 1; tries <= 3; tries += 1) {
      expect(
        await offerSettled({ offer, secure: async () => undefined }, records, 'syslog+tcp', undefined, 5),
      ).toBeUndefined();
      expect(taken).toHaveLength(tries);
    }
  });

  it('are not offered any more once nobody waits for the answer', async () => {
    const gone = new AbortController();
    const taken: LogRecord[] = [];
    const offer: DrainRunner['offer'] = (record) => {
      if (taken.push(record) === 2) gone.abort();
      return 'accepted';
    };
    const runner = { offer, secure: async () => undefined };
    expect(await offerSettled(runner, records, 'syslog+tcp', gone.signal)).toBeUndefined();
    expect(taken).toHaveLength(2);
  });

  it('are waited for as long as one after the other is settled, however slowly', async () => {
    const settles: (() => void)[] = [];
    const offer: DrainRunner['offer'] = (_, acknowledgement) => {
      settles.push(() => acknowledgement?.settle());
      return 'accepted';
    };
    const settling = setInterval(() => settles.shift()?.(), 100);
    const runner = { offer, secure: async () => undefined };
    expect(await offerSettled(runner, records, 'syslog+tcp', undefined, 250)).toEqual({ accepted: 5, dropped: 0 });
    clearInterval(settling);
  });

  it('are told apart by what became of them', async () => {
    const offer: DrainRunner['offer'] = ({ position }, acknowledgement) => {
      if (position.offset === 2) acknowledgement?.giveUp?.();
      acknowledgement?.settle();
      return 'accepted';
    };
    const outcome = await offerSettled({ offer, secure: async () => undefined }, records, 'http');
    expect(outcome).toEqual({ accepted: 4, dropped: 1 });
  });
});
