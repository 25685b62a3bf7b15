import { describe, expect, it } from '@jest/globals';
import { isOwnPage } from './csrf.rules.js';

const OWN = 'https://logs.example.com';
const TRUSTED = ['https://desk.example.net', 'http://*.domain.com'];

const cases: [method: string, site: string | undefined, origin: string | undefined, isAllowed: boolean][] = [
  ['POST', 'same-origin', undefined, true],
  ['POST', 'same-origin', OWN, true],
  ['POST', 'none', undefined, false],
  ['GET', 'none', undefined, true],
  ['POST', 'same-site', undefined, false],
  ['POST', 'cross-site', 'https://evil.example', false],
  ['GET', 'cross-site', undefined, false],
  ['GET', 'same-site', undefined, false],
  ['POST', undefined, OWN, true],
  ['POST', undefined, 'https://LOGS.example.com', true],
  ['POST', undefined, 'http://logs.example.com', false],
  ['POST', undefined, 'null', false],
  ['POST', undefined, undefined, false],
  ['DELETE', undefined, undefined, false],
  ['GET', undefined, undefined, true],
  ['GET', undefined, 'https://evil.example', false],
  ['POST', 'cross-site', 'https://desk.example.net', true],
  ['POST', undefined, 'http://a.domain.com', true],
  ['POST', undefined, 'http://a.b.domain.com', true],
  ['POST', undefined, 'http://domain.com', false],
  ['POST', undefined, 'http://evildomain.com', false],
  ['POST', undefined, 'https://a.domain.com', false],
  ['POST', undefined, 'http://a.domain.com.evil.example', false],
];

describe('isOwnPage (ASVS 5.0.0-3.5.1)', () => {
  it.each(cases)('%s with Sec-Fetch-Site %s and Origin %s: %s', (method, secFetchSite, origin, isAllowed) => {
    expect(isOwnPage({ method, secFetchSite, origin }, [OWN], TRUSTED)).toBe(isAllowed);
  });
});
