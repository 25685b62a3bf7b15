import { describe, expect, it } from '@jest/globals';
import { isServerPath, safeNext } from './next-address.js';

const ORIGIN = 'https://logs.example.com';

describe('safeNext', () => {
  it.each(['/', '/tickets/SUP-1?tab=2#note', '/api/v1/archives/1/download'])('continues at %s', (next) => {
    expect(safeNext(next, ORIGIN)).toBe(next);
  });

  it.each([
    null,
    '',
    'tickets',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/./\t/evil.example',
    '/.//evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/tickets\\..\\x',
    '/login?next=/login',
  ])('begins at the start in place of %j', (next) => {
    expect(safeNext(next, ORIGIN)).toBe('/');
  });
});

describe('isServerPath', () => {
  it.each(['/api/v1/archives/1/download', '/archives/download/SUP-1/a.tar', '/download/archives/SUP-1/a.tar'])(
    'leaves %s to the server',
    (path) => expect(isServerPath(path)).toBe(true),
  );

  it.each(['/', '/archives', '/tickets/api', '/apiary/x'])('leaves %s to the pages', (path) =>
    expect(isServerPath(path)).toBe(false),
  );
});
