import { describe, expect, it } from '@jest/globals';
import { plainText, styledParts } from './ansi-text.js';
import { lineTestOf } from './line-filter.js';
import { levelOf } from './line-level.js';

describe('levelOf', () => {
  it.each([
    ['2026-11-25T19:00:00Z app[web]: ERROR out of memory', 'error'],
    ['level=warning msg=slow', 'warning'],
    ['[debug] INFO later', 'debug'],
    ['INFO an ERROR was mended', undefined],
    ['terrors and warnings', undefined],
  ])('%s is %s', (text, level) => {
    expect(levelOf(text)).toBe(level);
  });
});

describe('lineTestOf', () => {
  const line = (text: string, missing = 0) => ({ id: 0, text, missing, level: undefined });

  it('finds plain text in any case, under terminal colours too', () => {
    const test = lineTestOf({ text: 'Timed OUT', isExpression: false });
    expect(test?.(line('request \x1b[31mtimed\x1b[0m out'))).toBe(true);
    expect(test?.(line('request done'))).toBe(false);
  });

  it('takes an expression, and is undefined as long as it is none', () => {
    expect(lineTestOf({ text: 'status=5\\d\\d', isExpression: true })?.(line('status=503'))).toBe(true);
    expect(lineTestOf({ text: '(', isExpression: true })).toBeUndefined();
  });

  it('never hides that lines are missing', () => {
    expect(lineTestOf({ text: 'nothing has this', isExpression: false })?.(line('', 3))).toBe(true);
  });
});

describe('styledParts', () => {
  it('makes parts of text of terminal colours and hides other sequences', () => {
    const parts = styledParts('\x1b[1;31mred\x1b[0m \x1b[2Kplain <b>');
    expect(parts.map(({ text }) => text).join('')).toBe('red plain <b>');
    expect(parts[0]).toMatchObject({ text: 'red', colour: 'red', isBold: true });
    expect(plainText('\x1b[32mok\x1b[0m')).toBe('ok');
  });

  it('shows what would turn a line around, or not be seen, by its name', () => {
    const textOf = (line: string) =>
      styledParts(line)
        .map(({ text }) => text)
        .join('');
    expect(textOf('a\u202egnp.exe\u2066b\tc')).toBe('a<U+202E>gnp.exe<U+2066>b\tc');
    expect(textOf('\0 \x07\x7f\u2028')).toBe('\u2400 \u2407<U+007F><U+2028>');
    expect(textOf('\x1b[31mred\u202e\x1b[0m \x1b]8;;a\x07')).toBe('red<U+202E> \u241b]8;;a\u2407');
  });
});
