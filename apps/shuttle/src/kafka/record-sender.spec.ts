import { tracingChannel } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import { defaultPartitioner, ProduceAcks } from '@platformatic/kafka';
import { areAcknowledged, RecordSender } from './record-sender.js';

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

describe('Every record is acknowledged by all replicas that are in sync, not by the leader alone', () => {
  const record = { key: Buffer.from('app'), value: Buffer.from('line') };

  it.each([
    ['a record', (sender: RecordSender) => sender.send('space', record.value)],
    ['several', (sender: RecordSender) => sender.sendAll('space', [record])],
  ])('%s', async (_name, send) => {
    // What the client says of itself that it asks the brokers for; no broker is there.
    const asked: unknown[] = [];
    const { start } = tracingChannel('plt:kafka:producer:sends');
    const listen = (message: unknown) => asked.push((message as { options: { acks?: number } }).options.acks);
    start.subscribe(listen);
    const sender = new RecordSender({ clientId: 'tests', bootstrapBrokers: ['127.0.0.1:9'], connectTimeout: 1_000 });
    const sent = send(sender);
    await sender.close();
    await expect(sent).rejects.toThrow();
    start.unsubscribe(listen);
    expect(asked).toEqual([ProduceAcks.ALL]);
  });
});
