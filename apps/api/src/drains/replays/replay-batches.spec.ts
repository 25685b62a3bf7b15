import { describe, expect, it } from '@jest/globals';
import { MAX_BYTES, MAX_LINES, type ReplayBatch, replayBatches } from './replay-batches.js';

const MIB = 1_024 * 1_024;

/** In pieces of an awkward size. */
async function batchesOf(text: string | Uint8Array, { from = 0, pieceBytes = 1_000 } = {}): Promise<ReplayBatch[]> {
  const bytes = Buffer.from(text);
  const batches: ReplayBatch[] = [];
  const pieces = (async function* () {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  })();
  for await (const batch of replayBatches(pieces, from)) batches.push(batch);
  return batches;
}

const textOf = (batches: readonly ReplayBatch[]) => Buffer.concat(batches.map(({ body }) => body)).toString();
const logOf = (count: number) => Array.from({ length: count }, (_, number) => `line ${number}\n`).join('');

describe('The batches of a replay', () => {
  it.each([1, 7, 1_000, 10 * MIB])('are the text as it is, in its order, in pieces of %i bytes', async (pieceBytes) => {
    const log = logOf(3_000);
    const batches = await batchesOf(log, { pieceBytes });
    expect(batches).toMatchObject([{ lines: 3_000, endOffset: log.length }]);
    expect(textOf(batches)).toBe(log);
  });

  it('say where the text goes on, so that whoever reads on from there misses and repeats nothing', async () => {
    const log = logOf(50_000);
    const batches = await batchesOf(log);
    expect(batches.map(({ lines }) => lines)).toEqual([MAX_LINES, MAX_LINES, 10_000]);
    const { endOffset = 0 } = batches[0] ?? {};
    const rest = await batchesOf(log.slice(endOffset), { from: endOffset });
    expect(rest.map((batch) => batch.endOffset)).toEqual(batches.slice(1).map((batch) => batch.endOffset));
    expect(textOf(rest) === textOf(batches.slice(1))).toBe(true);
  });

  it('are never more than the shuttle takes, however long the lines', async () => {
    const log = `${logOf(10)}${`${'x'.repeat(MIB - 1)}\n`.repeat(9)}${'y\n'.repeat(70)}${'x'.repeat(700_000)}\n`.repeat(
      2,
    );
    for (const pieceBytes of [100_000, 10 * MIB]) {
      const batches = await batchesOf(log, { pieceBytes });
      for (const { body } of batches) expect(body.length).toBeLessThanOrEqual(MAX_BYTES);
      expect(textOf(batches) === log).toBe(true);
      expect(batches.reduce((count, { lines }) => count + lines, 0)).toBe(2 * 90);
    }
  });

  it('cut a line that is too long, say so in it, and go on with the next one', async () => {
    const log = `${'x'.repeat(10 * MIB)}\nnext\n`;
    for (const pieceBytes of [100_000, 10 * MIB]) {
      const batches = await batchesOf(log, { pieceBytes });
      expect(textOf(batches) === `${'x'.repeat(MIB)} … (cut)\nnext\n`).toBe(true);
      expect(batches.at(-1)).toMatchObject({ lines: 2, endOffset: log.length });
    }
  });

  it('lose a byte order mark, and end a last line that has no end', async () => {
    const log = '\uFEFFone\r\n\n\uFEFFtwo\0';
    const [batch] = await batchesOf(log, { pieceBytes: 2 });
    expect(batch).toEqual({ body: Buffer.from('one\r\n\n\uFEFFtwo\0\n'), lines: 3, endOffset: Buffer.byteLength(log) });
    expect(await batchesOf('')).toEqual([]);
  });
});
