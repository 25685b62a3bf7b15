import { describe, expect, it } from '@jest/globals';
import { type DiffLine, diffLines } from './line-diff.js';

const SIGNS = { same: ' ', removed: '-', added: '+' } as const;
const shown = (lines: readonly DiffLine[]): string[] => lines.map(({ kind, text }) => SIGNS[kind] + text);

describe('diffLines', () => {
  it.each([
    ['a\nb\nc', 'a\nb\nc', [' a', ' b', ' c']],
    ['a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
    ['a', 'b\na\nc', ['+b', ' a', '+c']],
    ['a\nb\nc', 'c', ['-a', '-b', ' c']],
    ['', 'a', ['-', '+a']],
  ])('%j to %j', (before, after, lines) => {
    expect(shown(diffLines(before, after))).toEqual(lines);
  });

  it('makes the one text into the other, whatever they are', () => {
    const letters = 'abcab';
    for (let seed = 0; seed < 200; seed += 1) {
      const pick = (n: number): string =>
        Array.from({ length: n }, (_, k) => letters[(seed * 7 + k * k * 3 + n) % letters.length]).join('\n');
      const [before, after] = [pick((seed % 6) + 1), pick((seed % 4) + 1)];
      const lines = diffLines(before, after);
      expect(
        lines
          .filter(({ kind }) => kind !== 'added')
          .map(({ text }) => text)
          .join('\n'),
      ).toBe(before);
      expect(
        lines
          .filter(({ kind }) => kind !== 'removed')
          .map(({ text }) => text)
          .join('\n'),
      ).toBe(after);
    }
  });
});
