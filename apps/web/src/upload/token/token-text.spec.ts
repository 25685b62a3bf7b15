import { describe, expect, it } from '@jest/globals';
import { readTokenText } from './token-text.js';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz234567';
const UUID = '0b9f0c1e-8d3a-4c6e-9a58-1f2e3d4c5b6a';

describe('readTokenText', () => {
  it.each([
    ['a token', TOKEN],
    ['with spaces around and a line break inside', `  ${TOKEN.slice(0, 20)}\n${TOKEN.slice(20)} `],
    ['with the capital a phone begins with', `A${TOKEN.slice(1)}`],
    ['a whole link', `https://logs.example.com/u#${TOKEN}`],
    ['a link whose fragment is escaped', `https://logs.example.com/u#%20${TOKEN}`],
  ])('takes %s', (_name, text) => {
    expect(readTokenText(text)).toEqual({ kind: 'token', token: TOKEN });
  });

  it('takes a UUID of the former application', () => {
    expect(readTokenText(UUID.toUpperCase())).toEqual({ kind: 'token', token: UUID });
  });

  it('tells a token that lacks a part from one that is wrong', () => {
    expect(readTokenText(TOKEN.slice(1))).toEqual({ kind: 'wrong_length', length: 31 });
    expect(readTokenText(UUID.slice(2))).toEqual({ kind: 'wrong_length', length: 34 });
  });

  it('names the characters that no token has', () => {
    expect(readTokenText(`${TOKEN.slice(2)}0!`)).toEqual({ kind: 'wrong_characters', characters: '0 !' });
    expect(readTokenText('https://logs.example.com/u')).toMatchObject({ kind: 'wrong_characters' });
  });

  it('knows when there is nothing', () => {
    expect(readTokenText(' \n')).toEqual({ kind: 'empty' });
    expect(readTokenText('https://logs.example.com/u#')).toEqual({ kind: 'empty' });
  });

  it('survives a fragment that is no escape', () => {
    expect(readTokenText('#%E0%A4%A')).toMatchObject({ kind: 'wrong_characters' });
  });
});
