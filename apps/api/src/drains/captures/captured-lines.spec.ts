import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { capturedLines } from './captured-lines.js';

/** Opens one text after the other; the capture ends with the last. */
async function captured(...texts: (string | Error)[]): Promise<{ lines: string[]; away: unknown[] }> {
  const ending = new AbortController();
  const away: unknown[] = [];
  const lines: string[] = [];
  const open = async (): Promise<Readable> => {
    const next = texts.shift();
    if (texts.length === 0) setImmediate(() => setTimeout(() => ending.abort(), 50));
    if (next instanceof Error) throw next;
    return Readable.from([Buffer.from(next ?? '')]);
  };
  const source = { open, now: () => 0, onAway: (error: unknown) => away.push(error) };
  for await (const group of capturedLines(source, ending.signal)) {
    lines.push(...group.map(({ bytes }) => Buffer.from(bytes).toString('utf8')));
  }
  return { lines, away };
}

describe('The lines of a capture', () => {
  it('are those of the log: comments are left out', async () => {
    const { lines } = await captured('one\n: keep-alive\ntwo\n: this session ends after an hour\n');
    expect(lines.slice(0, 2)).toEqual(['one\n', 'two\n']);
  });

  it('say where lines were not read in time', async () => {
    const { lines } = await captured('one\n: 3 lines were left out, as they were not read in time\ntwo\n');
    expect(lines[1]).toBe('… gap: 3 lines are missing here: they came faster than they could be taken …\n');
  });

  it('go on after a break, which is marked; half a line is left out', async () => {
    const away = new Error('nobody there');
    const found = await captured('one\nhal', away, 'two\n');
    expect(found.lines.slice(0, 3)).toEqual(['one\n', expect.stringMatching(/^… gap: the stream was/), 'two\n']);
    expect(found.away).toEqual([away, undefined]);
  });
});
