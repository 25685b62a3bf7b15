import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanFileName, nameByTime } from './file-name.js';

const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc
    .array(fc.constantFrom('..', '.', '/', '\\', '\0', '\r', '\n', '\u202e', '\ud800', 'é', '🚀', 'a', ' '))
    .map((parts) => parts.join('')),
);

describe('cleanFileName', () => {
  it('leaves a name without a path, without control or reordering characters, in NFC and of at most 255 bytes', () => {
    fc.assert(
      fc.property(anyName, (given) => {
        const name = cleanFileName(given);
        if (name === undefined) return;
        expect(name).not.toMatch(/[/\\\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
        expect(name).not.toMatch(/^\.*$/);
        expect(name.isWellFormed()).toBe(true);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(name).toBe(name.normalize('NFC'));
      }),
      { numRuns: 3_000 },
    );
  });

  it('changes nothing of a name that is clean', () => {
    fc.assert(
      fc.property(anyName, (given) => {
        const name = cleanFileName(given);
        return name === undefined || cleanFileName(name) === name;
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['bundle.tar.gz', 'bundle.tar.gz'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\logs\\app.log', 'app.log'],
    ['  spaced .log ', 'spaced .log'],
    ['cafe\u0301', 'café'],
    ['a\u202egpj.exe', 'agpj.exe'],
    ['.htaccess', '.htaccess'],
    [`${'é'.repeat(200)}.log`, `${'é'.repeat(125)}.log`],
    ['', undefined],
    ['...', undefined],
    ['\0', undefined],
    ['a/', undefined],
  ])('makes of %j %j', (given, expected) => {
    expect(cleanFileName(given)).toBe(expected);
  });
});

describe('nameByTime', () => {
  it('is the prefix and the millisecond in UTC, so that two within a second differ', () => {
    expect(nameByTime('stdin', Date.UTC(2026, 10, 20, 18, 45, 0, 123))).toBe('stdin-20261120T184500.123Z');
    expect(nameByTime('stdin', Date.UTC(2026, 10, 20, 18, 45, 0))).toBe('stdin-20261120T184500.000Z');
  });
});
