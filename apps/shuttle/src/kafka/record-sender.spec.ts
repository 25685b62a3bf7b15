import { describe, expect, it } from '@jest/globals';
import { defaultPartitioner } from '@platformatic/kafka';
import { areAcknowledged } from './record-sender.js';

describe('Records are taken for sent only where a broker has acknowledged each of them', () => {
  const PARTITIONS = 4;
  const value = Buffer.from('line');
  const records = Array.from({ length: 40 }, (_, index) => ({ key: Buffer.from(`app-${index}`), value }));
  const partitionOf = (key: Buffer) => defaultPartitioner({ topic: 'istio', value }, key) % PARTITIONS;
  const all = new Set(records.map(({ key }) => partitionOf(key)));

  it('where every partition that they went to was answered for', () => {
    expect(all.size).toBe(PARTITIONS);
    expect(areAcknowledged(records, PARTITIONS, all)).toBe(true);
    const own = records.filter(({ key }) => partitionOf(key) === 2);
    expect(areAcknowledged(own, PARTITIONS, new Set([2]))).toBe(true);
  });

  it('not where the client resolves and one broker, or all, have said nothing', () => {
    expect(areAcknowledged(records, PARTITIONS, new Set([0, 1, 3]))).toBe(false);
    expect(areAcknowledged(records, PARTITIONS, new Set())).toBe(false);
  });
});
