import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const rootDir = join(import.meta.dirname, '..');
const english = readFileSync(join(rootDir, 'README.md'), 'utf8');
const russian = readFileSync(join(rootDir, 'README-ru.md'), 'utf8');

/** What a reader copies. */
const commandsOf = (text: string, language = '\\w+'): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code = '']) => code);
const settingsOf = (text: string): string[] => [...text.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = '']) => name);

/** What each block between empty lines is: how deep a heading, how many rows of a table or points of a list. */
function blocksOf(text: string): string[] {
  const withoutCode = text.replaceAll(/^```(\w+)\n.*?^```$/gms, 'code in $1');
  return withoutCode
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      if (block.startsWith('code in ')) return block;
      if (block.startsWith('#')) return `heading ${block.indexOf(' ')}`;
      if (block.startsWith('|')) return `table of ${block.split('\n').length} lines`;
      if (block.startsWith('![')) return 'picture';
      const points = block.match(/^(?:-|\d\.) /gm) ?? [];
      return points.length > 0 ? `list of ${points.length}` : 'paragraph';
    });
}

describe('The README in Russian', () => {
  it('gives the same commands as the one in English', () => {
    expect(commandsOf(russian)).toEqual(commandsOf(english));
    expect(commandsOf(english).length).toBeGreaterThan(10);
  });

  it('has the same sections, paragraphs, tables, lists and settings', () => {
    expect(blocksOf(russian)).toEqual(blocksOf(english));
    expect(settingsOf(russian)).toEqual(settingsOf(english));
  });

  it('has no comment in what is pasted: an interactive zsh takes # for an argument', () => {
    expect(commandsOf(english, 'sh').filter((code) => /(^|\s)# /m.test(code))).toEqual([]);
  });

  it.each([
    ['English', english],
    ['Russian', russian],
  ])('in %s leads to files that are there', (_language, text) => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(join(rootDir, path)))).toEqual([]);
  });
});
