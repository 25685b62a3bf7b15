import { describe, expect, it } from '@jest/globals';
import type { LogRecord } from '../record.js';
import { sessionLine } from './session-line.js';

const now = '2026-01-02T03:04:05Z';
const record: LogRecord = {
  destination: { kind: 'app', app: 'app', space: 'space' },
  process: 'worker',
  severity: 'info',
  time: '2016-08-24T17:03:20.080151+02:00',
  tag: 'worker.6d4c-abcde',
  text: 'hello\n',
  position: { topic: 't', partition: 0, offset: 0 },
};

describe('sessionLine', () => {
  it('shows a line of an app with its time in UTC', () => {
    expect(sessionLine(record, now)).toBe('2016-08-24T15:03:20Z app-space app[worker.6d4c-abcde]: hello');
  });

  it('shows a request with the present time and the host of the app', () => {
    const text = 'method=GET status=200 host=app-space path=/x';
    expect(sessionLine({ ...record, tag: 'akkeris/router', text }, now)).toBe(
      `${now} app-space akkeris/router: method=GET status=200 host=app path=/x`,
    );
  });

  it('shows a request to a site with the host of the site', () => {
    const text = 'method=GET host=www.example.com path=/x';
    const site: LogRecord = {
      ...record,
      destination: { kind: 'site', site: 'www.example.com' },
      tag: 'akkeris/router',
      text,
    };
    expect(sessionLine(site, now)).toBe(`${now} www.example.com akkeris/router: ${text}`);
  });

  it('shows a build with the present time', () => {
    expect(sessionLine({ ...record, tag: 'akkeris/build', text: 'Step\r\n2' }, now)).toBe(
      `${now} app-space akkeris/build: Step  2`,
    );
  });
});
