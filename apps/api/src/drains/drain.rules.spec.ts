import { describe, expect, it } from '@jest/globals';
import { receiverOf } from './drain.rules.js';

describe('What the trail keeps of the URL of a drain', () => {
  it.each([
    ['syslog+tls://logs.example.com:6514', 'syslog+tls://logs.example.com:6514'],
    ['https://***@logs.example.com/in/secret?token=secret', 'https://logs.example.com'],
    ['https://logs.example.com?token=secret', 'https://logs.example.com'],
    ['https://us@er:secret@logs.example.com/a@b', 'https://logs.example.com'],
    ['syslog://[2001:db8::1]:601#x', 'syslog://[2001:db8::1]:601'],
    ['nonsense', ''],
  ])('of %s is %s', (url, receiver) => {
    expect(receiverOf(url)).toBe(receiver);
  });
});
