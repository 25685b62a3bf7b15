import { describe, expect, it } from '@jest/globals';
import { formatCookie, parseCookies } from './cookie.rules.js';

describe('parseCookies (RFC 6265 §4.2)', () => {
  it('reads names and values', () => {
    expect([...parseCookies('a=1; b=two=2;c= 3 ')]).toEqual([
      ['a', '1'],
      ['b', 'two=2'],
      ['c', '3'],
    ]);
  });

  it('lets the first of two count, and drops what is no cookie', () => {
    expect([...parseCookies('a=1; a=2; nonsense; =x')]).toEqual([['a', '1']]);
    expect([...parseCookies(undefined)]).toEqual([]);
  });
});

describe('formatCookie', () => {
  it('is closed to scripts and other sites', () => {
    expect(formatCookie('n', 'v', { path: '/p', isSecure: true, maxAgeSeconds: 9 })).toBe(
      'n=v; Path=/p; Max-Age=9; HttpOnly; Secure; SameSite=Strict',
    );
  });
});
