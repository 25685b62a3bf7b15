import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import type { LogRecord } from '@logs-collector/shuttle/record';
import type { Message } from '@platformatic/kafka';
import { createLog } from '../log.js';
import { Pump, type RecordTaker } from './pump.js';
import { RouteTable } from './route-table.js';

const DESTINATION = { kind: 'app', app: 'app', space: 'space' } as const;
const value = Buffer.from(
  JSON.stringify({ log: 'hello', topic: 'space', kubernetes: { container_name: 'app', pod_name: 'app-1' } }),
);
const messageAt = (offset: bigint) => ({ topic: 'space', partition: 0, offset, timestamp: 0n, value }) as Message;

/** Takes everything and owes nothing. */
class WillingDrain implements RecordTaker {
  readonly taken: LogRecord[] = [];

  offer: RecordTaker['offer'] = (record, acknowledgement) => {
    this.taken.push(record);
    acknowledgement?.settle();
    return 'accepted';
  };
}

describe('Pump', () => {
  let pump: Pump;
  let healthy: WillingDrain;
  let marks: LowWaterMarks;

  const pumpTo = (...drains: readonly RecordTaker[]) => {
    pump = new Pump({ routes: new RouteTable(drains.map((drain) => [DESTINATION, drain])) }, createLog('silent'));
  };

  beforeEach(() => {
    healthy = new WillingDrain();
    marks = new LowWaterMarks();
  });

  afterEach(() => pump.stop());

  it('a drain that fails at a record holds back neither the others nor the commit', () => {
    const broken: RecordTaker = {
      offer: () => {
        throw new Error('cannot be encoded');
      },
    };
    pumpTo(broken, healthy);
    expect(pump.receive(messageAt(0n), marks)).toBeUndefined();
    expect(healthy.taken).toHaveLength(1);
    expect(marks.committable()).toEqual([{ topic: 'space', partition: 0, offset: 1 }]);
    expect(pump.failures).toBe(1);
  });

  it('a drain whose holding back fails does not shorten that of another', async () => {
    const other = Promise.withResolvers<void>();
    const broken: RecordTaker = { offer: () => Promise.reject(new Error('the disk has failed')) };
    pumpTo(broken, { offer: () => other.promise });
    let isReleased = false;
    const hold = pump.receive(messageAt(0n), marks)?.then(() => {
      isReleased = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isReleased).toBe(false);
    other.resolve();
    await hold;
    expect(isReleased).toBe(true);
  });
});
