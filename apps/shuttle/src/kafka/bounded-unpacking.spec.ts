import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type CompressionAlgorithmValue,
  compressionsAlgorithms,
  createRecordsBatch,
  Reader,
  readRecordsBatches,
  Writer,
} from '@platformatic/kafka';
import { boundUnpacking, type RefusedBatch } from './bounded-unpacking.js';

const LIMITS = { bytes: 5_000_000, records: 1_000 };

/** What a broker answers: a batch of as many records as there are values for each algorithm. */
function answer(...batches: readonly (readonly [CompressionAlgorithmValue, readonly Buffer[]])[]): Buffer {
  const writer = Writer.create();
  for (const [compression, values] of batches) {
    const messages = values.map((value) => ({ topic: 't', partition: 0, value }));
    writer.appendFrom(createRecordsBatch(messages, { compression }));
  }
  return writer.buffer;
}

const read = (bytes: Buffer) => readRecordsBatches(Reader.from(bytes)).map(({ records }) => records.length);

const line = (bytes: number) => Array.from({ length: 1 }, () => Buffer.alloc(bytes, 'x'));

describe('What is unpacked of the batches that a broker has', () => {
  const originals = Object.values(compressionsAlgorithms).map((algorithm) => [algorithm, { ...algorithm }] as const);
  const refused: RefusedBatch[] = [];

  beforeAll(() => boundUnpacking((batch) => refused.push(batch), LIMITS));

  beforeEach(() => {
    refused.length = 0;
  });

  afterAll(() => {
    for (const [algorithm, original] of originals) Object.assign(algorithm, original);
  });

  describe.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('%s', (algorithm) => {
    it('passes over a batch that would become too much, tells of it, and reads those around it', async () => {
      const bomb = [algorithm, line(30_000_000)] as const;
      expect(read(answer([algorithm, line(10)], bomb, [algorithm, line(10)], ['none', line(10)]))).toEqual([
        1, 0, 1, 1,
      ]);
      expect(refused).toEqual([{ algorithm, records: 1, packedBytes: expect.any(Number) }]);
    });

    it('passes over a batch of very many records without bytes', async () => {
      const many = Array.from({ length: 5_000 }, () => Buffer.alloc(0));
      expect(read(answer([algorithm, many], [algorithm, line(10)]))).toEqual([0, 1]);
      expect(refused.map(({ records }) => records)).toEqual([5_000]);
    });

    it('reads what is within the limit as it was, and leaves to the next answer what is too much together', async () => {
      const values = Array.from({ length: 300 }, () => randomBytes(10_000));
      const bytes = answer([algorithm, values], [algorithm, values], ['none', line(10)]);
      const [first] = readRecordsBatches(Reader.from(bytes));
      const unpacked = Buffer.concat(first?.records.map(({ value }) => value ?? Buffer.alloc(0)) ?? []);
      expect(unpacked.equals(Buffer.concat(values))).toBe(true);
      await undefined;
      expect(read(bytes)).toEqual([300]);
      await undefined;
      expect(read(answer([algorithm, values], ['none', line(10)]))).toEqual([300, 1]);
      expect(refused).toEqual([]);
    });
  });
});
