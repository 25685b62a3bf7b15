import { describe, expect, it } from '@jest/globals';
import { openTokenOf, tokenStateOf, undoneLimits } from './upload-tokens.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const token = {
  id: '1',
  ticket: 'SUP-1482',
  label: '',
  token: 'x',
  upload_url: 'https://logs.example.com/u#x',
  attempts: 5,
  attempts_open: 0,
  attempts_used: 0,
  expires_at: '2026-11-27T12:00:00Z',
  revoked_at: null,
  last_used_at: null,
};

describe('upload tokens', () => {
  it('says why a token is closed', () => {
    expect(tokenStateOf(token, NOW)).toBe('open');
    expect(tokenStateOf({ ...token, attempts: 0 }, NOW)).toBe('used_up');
    expect(tokenStateOf({ ...token, expires_at: '2026-11-20T12:00:00Z' }, NOW)).toBe('expired');
    expect(tokenStateOf({ ...token, attempts: 0, revoked_at: '2026-11-20T10:00:00Z' }, NOW)).toBe('revoked');
  });

  it('offers the newest open one', () => {
    const closed = { ...token, id: '2', attempts: 0 };
    expect(openTokenOf([closed, token], NOW)).toBe(token);
    expect(openTokenOf([closed], NOW)).toBeUndefined();
  });

  it('gives back only what was changed, and nothing that was used meanwhile', () => {
    const saved = { ...token, attempts: 9, label: 'second node' };
    expect(undoneLimits(token, saved, saved)).toEqual({ attempts: 5, label: '' });
    expect(undoneLimits(token, saved, { ...saved, attempts: 7 })).toEqual({ attempts: 3, label: '' });
    expect(undoneLimits(token, { ...token, attempts: 20 }, { ...token, attempts: 2 })).toEqual({ attempts: 0 });
  });
});
