import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Acknowledgement, LowWaterMarks } from './low-water-marks.js';

const at = (offset: number, partition = 0) => ({ topic: 'app', partition, offset });

describe('LowWaterMarks (an offset is committed only past records that every drain has settled)', () => {
  it('one drain that lags holds the mark, whatever the others settle', () => {
    const marks = new LowWaterMarks();
    const first = marks.enter(at(5), 2);
    marks.enter(at(6), 1).settle();
    first.settle();
    expect(marks.committable()).toEqual([]);
    first.settle();
    expect(marks.committable()).toEqual([at(7)]);
    expect(marks.open()).toBe(0);
  });

  it('a record that nobody wants moves the mark by itself', () => {
    const marks = new LowWaterMarks();
    marks.enter(at(0), 0);
    marks.enter(at(9), 0);
    expect(marks.committable()).toEqual([at(10)]);
  });

  it('what was committed is not offered again', () => {
    const marks = new LowWaterMarks();
    marks.enter(at(0), 0);
    marks.committedAt(marks.committable());
    expect(marks.committable()).toEqual([]);
  });

  it('a partition that was revoked is never committed, even when its records are settled later', () => {
    const marks = new LowWaterMarks();
    const late = marks.enter(at(0), 1);
    marks.revoke('app', 0);
    marks.enter(at(100), 1);
    late.settle();
    expect(marks.committable()).toEqual([]);
    expect(marks.open('app', 0)).toBe(1);
  });

  it('the same partition read anew begins at its own offsets', () => {
    const marks = new LowWaterMarks();
    marks.enter(at(7), 1);
    marks.revoke('app', 0);
    marks.enter(at(3), 1).settle();
    expect(marks.committable()).toEqual([at(4)]);
  });

  it('agrees with a simple model under random records, settlements, numbers of drains and revocations', () => {
    const action = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ do: fc.constant('enter' as const), p: fc.nat(2), gap: fc.nat(2), drains: fc.nat(3) }),
      },
      { weight: 8, arbitrary: fc.record({ do: fc.constant('settle' as const), pick: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), p: fc.nat(2) }) },
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const marks = new LowWaterMarks();
        // The model: all records of each partition with what they still owe; the mark is the first that owes.
        let next = [0, 0, 0];
        const model: { offset: number; owed: number }[][] = [[], [], []];
        let handles: { ack: Acknowledgement; record: { owed: number } }[] = [];
        for (const step of actions) {
          if (step.do === 'enter') {
            const offset = (next[step.p] ?? 0) + step.gap;
            next = next.with(step.p, offset + 1);
            const record = { offset, owed: step.drains };
            model[step.p]?.push(record);
            const ack = marks.enter(at(offset, step.p), step.drains);
            for (let i = 0; i < step.drains; i += 1) handles.push({ ack, record });
          } else if (step.do === 'settle' && handles.length > 0) {
            const index = step.pick % handles.length;
            const handle = handles[index];
            handles = handles.toSpliced(index, 1);
            handle?.ack.settle();
            if (handle) handle.record.owed -= 1;
          } else if (step.do === 'revoke') {
            marks.revoke('app', step.p);
            model[step.p] = [];
          }
          const expected = model.flatMap((records, p) => {
            const [oldest] = records;
            if (oldest === undefined) return [];
            const mark = records.find(({ owed }) => owed > 0)?.offset ?? next[p] ?? 0;
            return mark === oldest.offset ? [] : [at(mark, p)];
          });
          expect(marks.committable().sort((a, b) => a.partition - b.partition)).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });
});
