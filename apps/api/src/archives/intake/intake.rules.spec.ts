import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cleanMediaType,
  digestField,
  hasRoom,
  leastFileBytes,
  parseByteCount,
  sha256OfDigestField,
} from './intake.rules.js';

describe('parseByteCount', () => {
  it('reads back every safe integer', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (bytes) => parseByteCount(String(bytes)) === bytes));
  });

  it.each(['', ' ', '-1', '+1', '1e3', '0x10', '1,2', '1.0', '1_000', 'ten', '٣', '9007199254740992', '1'.repeat(17)])(
    'refuses "%s"',
    (text) => {
      expect(parseByteCount(text)).toBeUndefined();
    },
  );

  it('accepts nothing but decimal digits', () => {
    fc.assert(
      fc.property(fc.string(), (text) => parseByteCount(text) === undefined || /^[0-9]+$/.test(text)),
      { numRuns: 2_000 },
    );
  });
});

describe('hasRoom', () => {
  it('takes what fits exactly beside what others have reserved', () => {
    expect(hasRoom({ declaredBytes: 60, usableBytes: 100, reservedBytes: 40 })).toBe(true);
    expect(hasRoom({ declaredBytes: 61, usableBytes: 100, reservedBytes: 40 })).toBe(false);
  });

  it('takes an unknown length while anything is left', () => {
    expect(hasRoom({ declaredBytes: null, usableBytes: 41, reservedBytes: 40 })).toBe(true);
    expect(hasRoom({ declaredBytes: null, usableBytes: 40, reservedBytes: 40 })).toBe(false);
  });

  it('knows stores without a limit', () => {
    const usableBytes = Number.POSITIVE_INFINITY;
    expect(hasRoom({ declaredBytes: Number.MAX_SAFE_INTEGER, usableBytes, reservedBytes: 1 })).toBe(true);
  });
});

describe('leastFileBytes', () => {
  it('never claims more than the form can hold, and never that a form is an empty file', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(1024 * 1024), (fileBytes, overhead) => {
        const least = leastFileBytes(fileBytes + overhead);
        return least >= 1 && least <= Math.max(1, fileBytes);
      }),
    );
  });
});

describe('digest fields', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        return sha256OfDigestField(digestField(sha256)) === sha256;
      }),
    );
  });

  it('are found among others, and nowhere else', () => {
    const sha256 = 'ab'.repeat(32);
    expect(sha256OfDigestField(`sha-512=:AAAA:, ${digestField(sha256)}`)).toBe(sha256);
    for (const field of ['', 'sha-256=:AAAA:', 'md5=:eA==:', digestField(sha256).replace('sha-256', 'x-sha-256')]) {
      expect(sha256OfDigestField(field)).toBeUndefined();
    }
  });
});

describe('cleanMediaType', () => {
  it.each([
    ['text/plain; charset=utf-8', 'text/plain'],
    [' Application/GZIP ', 'application/gzip'],
    ['application/vnd.api+json', 'application/vnd.api+json'],
    [undefined, 'application/octet-stream'],
    ['', 'application/octet-stream'],
    ['text', 'application/octet-stream'],
    ['text/html\r\nX: y', 'application/octet-stream'],
    [`a/${'b'.repeat(200)}`, 'application/octet-stream'],
  ])('makes of %j %s', (given, expected) => {
    expect(cleanMediaType(given)).toBe(expected);
  });
});
