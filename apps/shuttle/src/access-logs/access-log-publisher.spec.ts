import { afterEach, describe, expect, it } from '@jest/globals';
import { ProtocolError } from '@platformatic/kafka';
import type { KeyedRecord } from '../kafka/record-sender.js';
import { createLog } from '../log.js';
import { AccessLogCounts } from './access-log-counts.js';
import { AccessLogPublisher } from './access-log-publisher.js';

const log = createLog('silent');
const record = (text: string): KeyedRecord => ({ key: Buffer.from('app.space'), value: Buffer.from(text) });
const textOf = ({ value }: KeyedRecord) => value.toString();

describe('The publisher of access logs', () => {
  const counts = new AccessLogCounts(log);
  afterEach(() => counts.close());

  it('sends in one batch what came while another was under way', async () => {
    const batches: string[][] = [];
    const publisher = new AccessLogPublisher(
      async (records) => {
        batches.push(records.map(textOf));
      },
      counts,
      log,
    );
    await Promise.all(['a', 'b', 'c'].map((text) => publisher.publish([record(text), record(`${text}2`)])));
    expect(batches).toEqual([
      ['a', 'a2'],
      ['b', 'b2', 'c', 'c2'],
    ]);
  });

  it('sends half as much where a broker takes no more, and leaves out what it takes by no means', async () => {
    const taken: string[] = [];
    const before = counts.tooLarge;
    const publisher = new AccessLogPublisher(
      async (records) => {
        if (records.length > 2 || records.some((one) => textOf(one) === 'huge')) throw new ProtocolError(10);
        taken.push(...records.map(textOf));
      },
      counts,
      log,
    );
    await publisher.publish(['1', '2', 'huge', '3', '4', '5'].map(record));
    expect(taken).toEqual(['1', '2', '3', '4', '5']);
    expect(counts.tooLarge - before).toBe(1);
  });

  it('tries until the brokers take it, says so meanwhile, and counts as lost what it gives up', async () => {
    const { promise: isTried, resolve } = Promise.withResolvers<void>();
    const publisher = new AccessLogPublisher(
      async () => {
        resolve();
        throw new Error('away');
      },
      counts,
      log,
    );
    const published = publisher.publish([record('a'), record('b')]);
    await isTried;
    await new Promise(setImmediate);
    await expect(publisher.check()).rejects.toThrow('away');
    publisher.giveUp();
    await published;
    expect(counts.lost).toBe(2);
  });

  it('does not wait for a broker that does not answer, once it has given up', async () => {
    const publisher = new AccessLogPublisher(() => new Promise(() => undefined), counts, log);
    const before = counts.lost;
    const published = publisher.publish([record('a')]);
    publisher.giveUp();
    await published;
    await publisher.settled();
    expect(counts.lost - before).toBe(1);
  });
});
