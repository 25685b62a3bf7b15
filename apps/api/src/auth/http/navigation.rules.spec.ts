import { describe, expect, it } from '@jest/globals';
import { loginAddress } from './navigation.rules.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8';
const request = {
  method: 'GET',
  target: '/api/v1/archives/1/download?damaged=true',
  authorization: undefined,
  secFetchMode: undefined,
  accept: undefined,
};

describe('Where somebody without a login is led', () => {
  it('to the login, which knows where to go on', () => {
    expect(loginAddress({ ...request, secFetchMode: 'navigate' })).toBe(
      '/login?next=%2Fapi%2Fv1%2Farchives%2F1%2Fdownload%3Fdamaged%3Dtrue',
    );
  });

  it.each([
    ['a browser without fetch metadata', { accept: BROWSER }, true],
    ['nothing but pages', { accept: 'text/html' }, true],
    ['a proxy’s own credentials', { secFetchMode: 'navigate', authorization: 'Basic eDp5' }, true],
    ['fetch() in a page', { secFetchMode: 'cors', accept: BROWSER }, false],
    ['curl', { accept: '*/*' }, false],
    ['no Accept at all', {}, false],
    ['an API client that takes pages too', { accept: 'application/json, text/html' }, false],
    ['pages as a last resort', { accept: 'application/octet-stream, text/html;q=0.5' }, false],
    ['pages refused', { accept: 'text/html;q=0' }, false],
    ['a weight that is no number', { accept: 'text/html;q=x' }, false],
    ['a bearer token', { secFetchMode: 'navigate', authorization: 'bearer x' }, false],
    ['HEAD', { secFetchMode: 'navigate', method: 'HEAD' }, false],
    ['another host', { secFetchMode: 'navigate', target: '//evil.example.net/archives' }, false],
    ['another host, with a backslash', { secFetchMode: 'navigate', target: '/\\evil.example.net' }, false],
    ['an absolute target', { secFetchMode: 'navigate', target: 'http://evil.example.net/' }, false],
  ])('%s', (_who, change, isLed) => {
    expect(loginAddress({ ...request, ...change }) !== undefined).toBe(isLed);
  });
});
