import { describe, expect, it } from '@jest/globals';
import { framed } from './framing.js';

describe('framed', () => {
  it.each([
    ['newline', 'RFC 6587, section 3.4.2', 'grüße\nhello world\n'],
    ['octet', 'RFC 6587, section 3.4.1', '7 grüße11 hello world'],
    ['logplex', 'the length counts the newline', '8 grüße\n12 hello world\n'],
  ] as const)('%s (%s)', (framing, _rule, expected) => {
    const packets = ['grüße', 'hello world'].map((text) => Buffer.from(text));
    expect(framed(packets, framing).toString()).toBe(expected);
  });
});
