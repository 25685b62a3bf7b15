import { describe, expect, it } from '@jest/globals';
import { fitting } from './command-palette-rules.js';

const commands = [{ text: 'New ticket', detail: 'c' }, { text: 'Tickets' }, { text: 'Colours: Dark' }];
const texts = (typed: string): string[] => fitting(commands, typed).map(({ text }) => text);

describe('fitting', () => {
  it('shows everything before anything is typed', () => {
    expect(texts('')).toEqual(['New ticket', 'Tickets', 'Colours: Dark']);
  });

  it('asks for every word, in any order, and puts beginnings first', () => {
    expect(texts('ticket')).toEqual(['Tickets', 'New ticket']);
    expect(texts('dark col')).toEqual(['Colours: Dark']);
    expect(texts('nothing')).toEqual([]);
  });
});
