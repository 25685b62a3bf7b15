import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRfc5424 } from '../../test-support/rfc5424.js';
import type { LogRecord } from '../record.js';
import { CUT_MARK, encodePacket, MIN_PACKET_BYTES } from './encode-packet.js';

const plain = { maxBytes: 4_096, structuredData: false };
const hello: LogRecord = {
  destination: { kind: 'app', app: 'app', space: 'space' },
  process: 'web',
  severity: 'info',
  time: '2016-08-24T17:03:20.080151123Z',
  tag: 'web.6d4cf56db6-abcde',
  text: 'hello',
  position: { topic: 'app-space', partition: 2, offset: 77 },
};

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 2_000 }), fc.string());
const anyRecord: fc.Arbitrary<LogRecord> = fc.record({
  destination: fc.oneof(
    fc.record({ kind: fc.constant('app' as const), app: anyText, space: anyText }),
    fc.record({ kind: fc.constant('site' as const), site: anyText }),
  ),
  process: anyText,
  severity: fc.constantFrom('err' as const, 'info' as const),
  time: fc.oneof(
    anyText,
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  ),
  tag: anyText,
  text: anyText,
  position: fc.record({ topic: anyText, partition: fc.nat(), offset: fc.maxSafeNat() }),
  ticket: fc.option(anyText, { nil: undefined }),
});

describe('encodePacket (RFC 5424, section 6)', () => {
  it('makes the packet of the example', () => {
    expect(encodePacket(hello, plain).toString()).toBe(
      '<14>1 2016-08-24T17:03:20.080151Z app-space web.6d4cf56db6-abcde - - - hello',
    );
  });

  it('gives stderr the severity err, and a site its name as HOSTNAME', () => {
    const record: LogRecord = { ...hello, severity: 'err', destination: { kind: 'site', site: 'www.example.com' } };
    expect(encodePacket(record, plain).toString()).toMatch(/^<11>1 \S+ www\.example\.com /);
  });

  it.each([
    ['2016-08-24T17:03:20.100Z', '2016-08-24T17:03:20.1Z'],
    ['2016-08-24T17:03:20.000000Z', '2016-08-24T17:03:20Z'],
    ['2016-08-24T17:03:20.9999999+02:00', '2016-08-24T17:03:20.999999+02:00'],
    ['2016-02-30T17:03:20Z', '-'],
    ['2016-12-31T23:59:60Z', '-'],
    ['yesterday', '-'],
  ])('cuts the fraction of %s after six digits, drops its zeros, keeps the offset: %s', (time, expected) => {
    expect(
      encodePacket({ ...hello, time }, plain)
        .toString()
        .split(' ')[1],
    ).toBe(expected);
  });

  it('lets no text begin a second packet: line ends and NUL become a space each', () => {
    const text = 'a\n<11>1 - root su - - - b\r\n\0c';
    expect(encodePacket({ ...hello, text }, plain).toString()).toMatch(/ - - - a <11>1 - root su - - - b {3}c$/);
  });

  it('cuts at a UTF-8 border and says so', () => {
    const packet = encodePacket({ ...hello, text: '€'.repeat(2_000) }, plain);
    const { message } = parseRfc5424(packet);
    expect(packet.byteLength).toBeLessThanOrEqual(4_096);
    expect(packet.byteLength).toBeGreaterThan(4_090);
    expect(message).toMatch(/^€+ \[cut\]$/);
  });

  it('names the place of the record in the stream when asked, so that duplicates can be told', () => {
    const { structuredData } = parseRfc5424(encodePacket(hello, { ...plain, structuredData: true }));
    expect(structuredData).toBe('[record@32473 topic="app-space" partition="2" offset="77"]');
  });

  it('names the ticket of a line that is sent again, whether or not the place is asked for', () => {
    const record = { ...hello, ticket: 'SUP-1482' };
    const dataOf = (isAsked: boolean) =>
      parseRfc5424(encodePacket(record, { ...plain, structuredData: isAsked })).structuredData;
    expect(dataOf(false)).toBe('[replay@32473 ticket="SUP-1482"]');
    expect(dataOf(true)).toMatch(/^\[record@32473 [^\]]+\]\[replay@32473 ticket="SUP-1482"\]$/);
  });

  it('takes another HOSTNAME where one is given', () => {
    const packet = encodePacket(hello, { ...plain, hostname: 'logshuttle-test' });
    expect(parseRfc5424(packet).hostname).toBe('logshuttle-test');
  });

  it('makes a packet that a strict parser accepts of whatever comes, within its limit', () => {
    const options = fc.record({
      maxBytes: fc.integer({ min: MIN_PACKET_BYTES, max: 5_000 }),
      structuredData: fc.boolean(),
    });
    fc.assert(
      fc.property(anyRecord, options, (record, option) => {
        const packet = encodePacket(record, option);
        const { message } = parseRfc5424(packet);
        expect(packet.byteLength).toBeLessThanOrEqual(option.maxBytes);
        expect(packet.includes(10) || packet.includes(13) || packet.includes(0)).toBe(false);
        const sent = record.text.toWellFormed().replaceAll(/[\n\r\0]/g, ' ');
        if (message !== sent) {
          expect(message.endsWith(CUT_MARK)).toBe(true);
          expect(sent.startsWith(message.slice(0, -CUT_MARK.length))).toBe(true);
        }
      }),
    );
  });

  it('does not copy a line of 10 MB', () => {
    const packet = encodePacket({ ...hello, text: 'x'.repeat(10_000_000) }, { ...plain, maxBytes: 99_990 });
    expect(packet.byteLength).toBe(99_990);
  });
});
