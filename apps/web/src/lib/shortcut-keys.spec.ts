import { describe, expect, it } from '@jest/globals';
import { shortcutOf } from './shortcut-keys.js';

const plain = { ctrlKey: false, metaKey: false, altKey: false };

describe('shortcutOf', () => {
  it.each([
    [{ ...plain, key: 'c', code: 'KeyC' }, 'c'],
    [{ ...plain, key: 'с', code: 'KeyC' }, 'c'],
    [{ ...plain, key: 'о', code: 'KeyJ' }, 'j'],
    [{ ...plain, key: '?', code: 'Slash' }, '?'],
    [{ ...plain, key: '.', code: 'Slash' }, '/'],
    [{ ...plain, key: ',', code: 'Slash' }, '?'],
    [{ ...plain, key: '.', code: 'Period' }, '.'],
    [{ ...plain, key: 'Enter', code: 'Enter' }, 'Enter'],
    [{ ...plain, key: 'л', code: 'KeyK', ctrlKey: true }, 'mod+k'],
    [{ ...plain, key: 'k', code: 'KeyK', metaKey: true }, 'mod+k'],
    [{ ...plain, key: 'c', code: 'KeyC', altKey: true }, undefined],
  ])('%j is %s', (pressed, shortcut) => {
    expect(shortcutOf(pressed)).toBe(shortcut);
  });
});
