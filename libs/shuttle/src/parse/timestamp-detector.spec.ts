import { describe, expect, it } from '@jest/globals';
import { detectTimestamp } from './timestamp-detector.js';

const NEAR = Date.parse('2026-01-05T12:00:00Z');

describe('The time of a line', () => {
  it.each([
    ['RFC 3339', '2016-08-24T17:03:20.080151Z app[web.1]: hello', '2016-08-24T17:03:20.080151Z'],
    ['an offset, which is kept', '2016-08-24T17:03:20+02:00 hello', '2016-08-24T17:03:20+02:00'],
    ['an offset without a colon', '2016-08-24 17:03:20.5 -0730 hello', '2016-08-24T17:03:20.5-07:30'],
    ['a comma before the fraction', '2016-08-24 17:03:20,123 INFO hello', '2016-08-24T17:03:20.123Z'],
    ['a time after the level', '[ERROR] [2016-08-24 17:03:20] hello', '2016-08-24T17:03:20Z'],
    ['JSON', '{"level":"info","time":"2016-08-24T17:03:20.080Z"}', '2016-08-24T17:03:20.080Z'],
    ['RFC 5424', '<14>1 2016-08-24T17:03:20Z host app - - - hello', '2016-08-24T17:03:20Z'],
    ['RFC 3164, of the year before', 'Aug 24 17:03:20 host app: hello', '2025-08-24T17:03:20Z'],
    ['RFC 3164 with a priority, of this year', '<34>Jan  5 09:01:02 host su: hello', '2026-01-05T09:01:02Z'],
    ['RFC 3164, on a day that only leap years have', 'Feb 29 09:01:02 host su: hello', undefined],
    [
      'an access log',
      '203.0.113.7 - - [24/Aug/2016:17:03:20 +0200] "GET / HTTP/1.1" 200 1',
      '2016-08-24T17:03:20+02:00',
    ],
    ["nginx's errors", '2016/08/24 17:03:20 [error] 1#1: *1 open() failed', '2016-08-24T17:03:20Z'],
    ["Apache's errors", '[Wed Oct 11 14:32:52.123456 2000] [core:error] hello', '2000-10-11T14:32:52.123456Z'],
    ['seconds since 1970', '1472058200.080151 hello', '2016-08-24T17:03:20.080151Z'],
    ['milliseconds since 1970', '1472058200080 hello', '2016-08-24T17:03:20.080Z'],
    [
      'the audit log of Linux',
      'type=SYSCALL msg=audit(1472058200.080:24287): arch=c000003e',
      '2016-08-24T17:03:20.080Z',
    ],
  ])('is found as %s', (_, line, time) => {
    expect(detectTimestamp(line, NEAR)).toBe(time);
  });

  it.each([
    ['nothing', ''],
    ['a stack trace', '    at Object.<anonymous> (/srv/app/index.js:10:5)'],
    ['a number of an order', '9999999999999 was ordered'],
    ['a day that there is not', '2016-02-30T17:03:20Z hello'],
    ['an hour that there is not', '2016-02-20T27:03:20Z hello'],
    ['a version', 'started v2016.08.24'],
    ['a time far inside the message', `${'x'.repeat(300)} 2016-08-24T17:03:20Z`],
  ])('is not found in %s', (_, line) => {
    expect(detectTimestamp(line, NEAR)).toBeUndefined();
  });

  it('without a year is never later than the next day', () => {
    expect(detectTimestamp('Jan  6 11:00:00 host a: b', NEAR)).toBe('2026-01-06T11:00:00Z');
    expect(detectTimestamp('Jan  7 11:00:00 host a: b', NEAR)).toBe('2025-01-07T11:00:00Z');
  });
});
