import { describe, expect, it } from '@jest/globals';
import { LineWindow, MOST_CHARACTERS, MOST_LINES } from './line-window.js';

const textsOf = (window: LineWindow): string[] => window.snapshot().map(({ text }) => text);

describe('LineWindow', () => {
  it('joins lines that come in pieces, and shows the last one without its end', () => {
    const window = new LineWindow();
    window.add('one\ntw');
    expect(textsOf(window)).toEqual(['one']);
    window.add('o\nthree');
    window.end();
    expect(textsOf(window)).toEqual(['one', 'two', 'three']);
  });

  it('leaves out what only keeps the connection open, and keeps what says that lines are missing', () => {
    const window = new LineWindow();
    window.add(': begins\n: keep-alive\na\n: 12 lines were left out, as they were not read in time\n');
    expect(window.snapshot().map(({ missing }) => missing)).toEqual([0, 12]);
  });

  it('drops the oldest beyond its limit and counts them', () => {
    const window = new LineWindow();
    for (let line = 0; line < MOST_LINES + 5_000; line += 1) window.add(`${line}\n`);
    expect(textsOf(window)[0]).toBe('5000');
    expect([textsOf(window).length, window.dropped, window.received]).toEqual([MOST_LINES, 5_000, MOST_LINES + 5_000]);
  });

  it('breaks a line that does not end before it is more than a tab can hold', () => {
    const window = new LineWindow();
    const piece = 'x'.repeat(65_536);
    const count = MOST_CHARACTERS / piece.length + 1;
    const startedAt = performance.now();
    for (let sent = 0; sent < count; sent += 1) window.add(piece);
    expect(textsOf(window).map(({ length }) => length)).toEqual([count * piece.length]);
    // Looked through anew with each piece, it would take seconds.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    window.add('\nnext\n');
    expect(textsOf(window)).toEqual(['next']);
  });

  it('of long lines keeps no more than a tab can hold, and always the newest', () => {
    const window = new LineWindow();
    const long = 'x'.repeat(MOST_CHARACTERS / 4);
    for (let line = 0; line < 6; line += 1) window.add(`${line} ${long}\n`);
    const shown = textsOf(window);
    expect(shown.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(shown.at(-1)).toMatch(/^5 x/);
    expect([window.received, window.dropped]).toEqual([6, 6 - shown.length]);
    window.add(`last ${long.repeat(5)}\n`);
    expect(textsOf(window).map((text) => text.slice(0, 5))).toEqual(['last ']);
  });
});
