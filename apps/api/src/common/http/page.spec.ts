import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './page.js';

describe('Cursors', () => {
  it('are read back as they were answered', () => {
    const plain = fc.string().filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.oneof(plain, fc.maxSafeInteger()), plain, (key, id) => {
        expect(decodeCursor(encodeCursor({ key, id }), typeof key === 'string')).toEqual({ key, id });
      }),
    );
  });

  it('of somebody else are refused with 400, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.json().filter((text) => !text.startsWith('[')),
        fc.boolean(),
        (json, isTextKey) => {
          const refusal = expect.objectContaining({ kind: expect.objectContaining({ status: 400 }) });
          expect(() => decodeCursor(Buffer.from(json).toString('base64url'), isTextKey)).toThrow(refusal);
        },
      ),
    );
  });

  it('name a place of their own list', () => {
    expect(() => decodeCursor(encodeCursor({ key: 'a', id: 'x' }), false)).toThrow('The cursor');
    expect(() => decodeCursor(encodeCursor({ key: 1, id: 'x' }), true)).toThrow('The cursor');
    expect(() => decodeCursor(encodeCursor({ key: 1e300, id: 'x' }), false)).toThrow('The cursor');
  });
});
