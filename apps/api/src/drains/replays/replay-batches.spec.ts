import { describe, expect, it } from '@jest/globals';
import { type ReplayBatch, replayBatches } from './replay-batches.js';

const FACTS = { ticketNumber: 'SUP-1482', nearMs: Date.parse('2026-01-05T12:00:00Z') };
/** What the shuttle takes in one request. */
const [MAX_LINES, MAX_BYTES] = [5_000, 4 * 1_024 * 1_024];

async function batchesOf(texts: readonly string[], isCut = false): Promise<ReplayBatch[]> {
  const lines = texts.map((text, index) => ({ text, isCut, endOffset: index + 1 }));
  const batches: ReplayBatch[] = [];
  const source = (async function* () {
    yield lines;
  })();
  for await (const batch of replayBatches(source, FACTS)) batches.push(batch);
  return batches;
}

const recordsOf = ({ body }: ReplayBatch) =>
  body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { text: string; time?: string; structured_data: object });

describe('The batches of a replay', () => {
  it('have each line in its order, with its time, the ticket, and where the text goes on', async () => {
    const [batch] = await batchesOf(['2016-08-24T17:03:20Z one', '', 'three']);
    expect(batch).toMatchObject({ lines: 3, endOffset: 3 });
    const structured_data = { ticket: 'SUP-1482' };
    expect(batch && recordsOf(batch)).toEqual([
      { text: '2016-08-24T17:03:20Z one', time: '2016-08-24T17:03:20Z', structured_data },
      { text: '', structured_data },
      { text: 'three', structured_data },
    ]);
  });

  it('are never more than the shuttle takes', async () => {
    const texts = Array.from({ length: 12_500 }, (_, number) => `line ${number}`);
    const batches = await batchesOf([...texts, ...Array.from({ length: 7 }, () => 'x'.repeat(1_048_576))]);
    for (const { body, lines } of batches) {
      expect(lines).toBeLessThanOrEqual(MAX_LINES);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
    }
    expect(batches.flatMap((batch) => recordsOf(batch).map(({ text }) => text)).slice(0, 12_500)).toEqual(texts);
    expect(batches.reduce((count, { lines }) => count + lines, 0)).toBe(12_507);
  });

  it('say where a line was cut, also one that only JSON makes too long', async () => {
    const [cut] = await batchesOf(['beginning'], true);
    expect(cut && recordsOf(cut)[0]?.text).toBe('beginning … (cut)');
    const [long] = await batchesOf(['\u0001'.repeat(1_048_576)]);
    expect(Buffer.byteLength(long?.body ?? '')).toBeLessThanOrEqual(MAX_BYTES);
    expect(long && recordsOf(long)[0]?.text).toMatch(/ … \(cut\)$/);
  });
});
