import { describe, expect, it } from '@jest/globals';
import { helpDeskUrlOf, parseHelpDeskUrl } from './help-desk-url.js';

describe('The address of a ticket in the help desk', () => {
  it('has the number wherever the setting has {number}', () => {
    const template = parseHelpDeskUrl(' https://help.example.com/{number}?case={number} ');
    expect(helpDeskUrlOf(template, 'SUP-1482')).toBe('https://help.example.com/SUP-1482?case=SUP-1482');
    expect(helpDeskUrlOf(template, '$& /?')).toBe('https://help.example.com/%24%26%20%2F%3F?case=%24%26%20%2F%3F');
  });

  it.each([
    ['without a place for the number', 'https://help.example.com/tickets'],
    ['that a browser would run', 'javascript:alert({number})'],
    ['with a password in it', 'https://anna:secret@help.example.com/{number}'],
    ['that is none', '/tickets/{number}'],
  ])('cannot be one %s', (_, value) => {
    expect(() => parseHelpDeskUrl(value)).toThrow(RangeError);
  });
});
