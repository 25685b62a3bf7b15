import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attachment } from './content-disposition.js';

const HEADER =
  /^attachment; filename="([\x20-\x21\x23-\x5b\x5d-\x7e]*)"; filename\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})*)$/;

describe('attachment', () => {
  it('holds two parameters of RFC 6266 whatever the name is, and the second is the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const match = HEADER.exec(attachment(name));
        expect(match).not.toBeNull();
        expect(decodeURIComponent(match?.[2] ?? '')).toBe(name.toWellFormed());
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a.log', `attachment; filename="a.log"; filename*=UTF-8''a.log`],
    ['a"; filename="b', `attachment; filename="a_; filename=_b"; filename*=UTF-8''a%22%3B%20filename%3D%22b`],
    ["it's (1)*.log", `attachment; filename="it's (1)*.log"; filename*=UTF-8''it%27s%20%281%29%2A.log`],
  ])('writes %j', (name, expected) => {
    expect(attachment(name)).toBe(expected);
  });
});
