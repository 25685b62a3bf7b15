import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { capturedLines } from './captured-lines.js';

interface Captured {
  readonly lines: string[];
  readonly away: unknown[];
}

/** Opens one text after the other, a second of the clock passing at each; the capture ends with the last. */
async function captured(texts: (string | Error)[], heardAt?: number): Promise<Captured> {
  const ending = new AbortController();
  const away: unknown[] = [];
  const lines: string[] = [];
  let now = 0;
  const open = async (): Promise<Readable> => {
    const next = texts.shift();
    now += 1_000;
    if (texts.length === 0) setImmediate(() => setTimeout(() => ending.abort(), 50));
    if (next instanceof Error) throw next;
    return Readable.from([Buffer.from(next ?? '')]);
  };
  const source = { open, now: () => now, onAway: (error: unknown) => away.push(error) };
  for await (const part of capturedLines(source, ending.signal, heardAt)) {
    lines.push(...part.lines.map(({ bytes }) => Buffer.from(bytes).toString('utf8')));
  }
  return { lines, away };
}

const interrupted = (from: number, to: number) =>
  `… gap: the stream was interrupted from 1970-01-01T00:00:0${from}.000Z to 1970-01-01T00:00:0${to}.000Z; lines may be missing here …\n`;

describe('The lines of a capture', () => {
  it('are those of the log: comments are left out', async () => {
    const { lines } = await captured([': listening\none\n: keep-alive\ntwo\n: this session ends after an hour\n']);
    expect(lines.slice(0, 2)).toEqual(['one\n', 'two\n']);
  });

  it('say where lines were not read in time', async () => {
    const { lines } = await captured(['one\n: 3 lines were left out, as they were not read in time\ntwo\n']);
    expect(lines[1]).toBe('… gap: 3 lines are missing here: they came faster than they could be taken …\n');
  });

  it('go on after a break, which is marked; half a line is left out', async () => {
    const away = new Error('nobody there');
    const found = await captured([': listening\none\nhal', away, ': listening\ntwo\n']);
    expect(found.lines.slice(0, 3)).toEqual(['one\n', interrupted(1, 3), 'two\n']);
    expect(found.away).toEqual([undefined, away, undefined]);
  });

  it('may be missing until the shuttle listens, not only until it answers', async () => {
    const found = await captured(['one\n', ': keep-alive\n', ': listening\n']);
    expect(found.lines[1]).toBe(interrupted(1, 3));
    expect(found.away).toEqual([undefined, undefined]);
  });

  it('may be missing from when the process before was last heard', async () => {
    expect((await captured([': listening\n'], 0)).lines[0]).toBe(interrupted(0, 1));
  });

  it('are said to be missing where the shuttle never listened', async () => {
    expect((await captured([': keep-alive\n'])).lines).toEqual([interrupted(0, 1)]);
  });
});
