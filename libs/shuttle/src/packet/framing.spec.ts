import { describe, expect, it } from '@jest/globals';
import { framed } from './framing.js';

describe('framed', () => {
  it.each([
    ['newline', 'RFC 6587, section 3.4.2', 'grüße\n'],
    ['octet', 'RFC 6587, section 3.4.1', '7 grüße'],
    ['logplex', 'the length counts the newline', '8 grüße\n'],
  ] as const)('%s (%s)', (framing, _rule, expected) => {
    expect(Buffer.concat(framed(Buffer.from('grüße'), framing)).toString()).toBe(expected);
  });
});
