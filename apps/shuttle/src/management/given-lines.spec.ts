import { describe, expect, it } from '@jest/globals';
import { factsIn, recordsIn, requireFew } from './given-lines.js';

const NOW = Date.parse('2026-01-05T12:00:00Z');
const DESTINATION = { kind: 'app', app: 'a', space: 'b' } as const;
const recordsOf = (text: string | Uint8Array, query: object = {}) => [
  ...recordsIn(Buffer.from(text), DESTINATION, factsIn(query, NOW), NOW),
];
const textsOf = (text: string | Uint8Array) => recordsOf(text).map((record) => record.text);

describe('Lines that are given', () => {
  it('lose their ends, LF or CRLF, and nothing else', () => {
    expect(textsOf('one\r\n\n two \nth\0ree\r')).toEqual(['one', '', ' two ', 'th\0ree']);
    expect(textsOf('\r\n')).toEqual(['']);
    expect(textsOf('')).toEqual([]);
  });

  it('have U+FFFD in place of what is no UTF-8, and the next line is whole', () => {
    expect(textsOf(Buffer.from([0x61, 0xff, 0xe2, 0x82, 0x0a, 0x62]))).toEqual(['a\uFFFD\uFFFD', 'b']);
  });

  it('have their own time, that of their arrival where they carry none, and a year near the one that is named', () => {
    const text = '2016-08-24T17:03:20Z one\ntwo\nAug 24 17:03:20 host three';
    expect(recordsOf(text, { written_at: '2014-09-01T00:00:00Z' }).map(({ time }) => time)).toEqual([
      '2016-08-24T17:03:20Z',
      '2026-01-05T12:00:00.000Z',
      '2014-08-24T17:03:20Z',
    ]);
  });

  it('have the ticket and numbers that grow, over requests too', () => {
    const records = [...recordsOf('1\n2\n', { ticket: 'SUP-1' }), ...recordsOf('3\n', { ticket: 'SUP-1' })];
    expect(new Set(records.map(({ ticket }) => ticket))).toEqual(new Set(['SUP-1']));
    const [first = 0, second, third] = records.map(({ position }) => position.offset);
    expect([second, third]).toEqual([first + 1, first + 2]);
    expect(recordsOf('1')[0]).not.toHaveProperty('ticket');
  });

  it.each([
    ['a ticket that would end its element', { ticket: 'a] [forged x="y"' }],
    ['two tickets', { ticket: ['a', 'b'] }],
    ['a time that is none', { written_at: 'yesterday' }],
  ])('are refused with %s', (_, query) => {
    expect(() => factsIn(query, NOW)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

  it('are refused where they are too many', () => {
    requireFew(Buffer.alloc(20_000, '\n'));
    expect(() => requireFew(Buffer.alloc(20_001, '\n'))).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });
});
