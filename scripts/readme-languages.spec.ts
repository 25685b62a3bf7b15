import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const rootDir = join(import.meta.dirname, '..');
const english = readFileSync(join(rootDir, 'README.md'), 'utf8');
const russian = readFileSync(join(rootDir, 'README-ru.md'), 'utf8');

/** What a reader copies: the code blocks without their comments. */
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, code = '']) => code.replaceAll(/\s*# .*$/gm, ''));
const settingsOf = (text: string): string[] => [...text.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = '']) => name);
const sectionsOf = (text: string): string[] => [...text.matchAll(/^(#+) /gm)].map(([, level = '']) => level);

describe('The README in Russian', () => {
  it('gives the same commands as the one in English', () => {
    expect(commandsOf(russian)).toEqual(commandsOf(english));
    expect(commandsOf(english).length).toBeGreaterThan(10);
  });

  it('has the same sections and the same settings', () => {
    expect(sectionsOf(russian)).toEqual(sectionsOf(english));
    expect(settingsOf(russian)).toEqual(settingsOf(english));
  });

  it.each([
    ['English', english],
    ['Russian', russian],
  ])('in %s leads to files that are there', (_language, text) => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(join(rootDir, path)))).toEqual([]);
  });
});
