import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DrainUrlError, parseDrainUrl } from './drain-url.js';

describe('parseDrainUrl', () => {
  it.each([
    ['syslog://logs.example.com', 'syslog+tcp', 514, 'newline', 99_990],
    ['syslog+tcp://logs.example.com:80', 'syslog+tcp', 80, 'newline', 99_990],
    ['SYSLOG+UDP://Logs.Example.com', 'syslog+udp', 514, 'newline', 1_024],
    ['syslog+tls://logs.example.com', 'syslog+tls', 6_514, 'octet', 99_990],
    ['http://logs.example.com/', 'http', 80, 'logplex', 4_096],
    ['https://logs.example.com', 'https', 443, 'logplex', 4_096],
    ['https://logs.example.com:80', 'https', 80, 'logplex', 4_096],
  ])('%s', (text, scheme, port, framing, maxBytes) => {
    expect(parseDrainUrl(text)).toMatchObject({ scheme, host: 'logs.example.com', port, framing, maxBytes });
  });

  it('takes our parameters out and keeps the rest of the query as it is written', () => {
    const target = parseDrainUrl('https://h/in?a=1%20b+c&sd=1&max=5000&b&gzip=1&framing=x');
    expect(target).toMatchObject({
      path: '/in?a=1%20b+c&b&framing=x',
      maxBytes: 5_000,
      structuredData: true,
      gzip: true,
    });
    expect(parseDrainUrl('syslog+tls://h?framing=newline')).toMatchObject({ framing: 'newline', path: '' });
    expect(parseDrainUrl('syslog://h?framing=octet')).toMatchObject({ framing: 'octet' });
  });

  it('decodes the credentials and never shows them again', () => {
    const target = parseDrainUrl('https://us%40er:p%3Aw@x@h:8443/path?q=1');
    expect(target.credentials).toEqual({ username: 'us@er', password: 'p:w@x' });
    expect(target.masked).toBe('https://***@h:8443/path?q=1');
    expect(target.host).toBe('h');
  });

  it('shows a URL without credentials exactly as it was given', () => {
    expect(parseDrainUrl('syslog+tcp://Logs.Example.com:514').masked).toBe('syslog+tcp://Logs.Example.com:514');
  });

  it.each([
    ['syslog://h', 'syslog+tcp://H:514/'],
    ['https://h', 'https://h:443/'],
    ['http://h/?max=4096', 'http://h'],
    ['syslog+udp://0x7f.1', 'syslog+udp://127.0.0.1'],
    ['syslog+tcp://[0:0::1]:9', 'syslog+tcp://[::1]:9'],
  ])('knows that %s and %s are the same', (one, other) => {
    expect(parseDrainUrl(one).identity).toBe(parseDrainUrl(other).identity);
  });

  it.each([
    ['http://h', 'https://h'],
    ['http://a@h', 'http://b@h'],
    ['http://h/a', 'http://h/b'],
    ['syslog://h', 'syslog+udp://h'],
  ])('knows that %s and %s are different', (one, other) => {
    expect(parseDrainUrl(one).identity).not.toBe(parseDrainUrl(other).identity);
  });

  it.each([
    '',
    'h:514',
    'ftp://h',
    'constructor://h',
    'file:///etc/passwd',
    'http:h',
    'http:///h',
    'http://',
    'http://user@',
    'http://h:0',
    'http://h:65536',
    'http://h:x',
    'http://a b',
    'http://h\n/x',
    'http://h\\@evil/',
    'syslog+tcp://h:80:80',
    'syslog+tcp://[::1',
    'http://%zz@h',
    'http://h?max=1',
    'http://h?max=99999999',
    'syslog+udp://h?max=65508',
    'http://h?sd=yes',
    'http://h?sd=1&sd=0',
    'syslog://h?framing=none',
    `http://${'h'.repeat(3_000)}`,
  ])('refuses %j', (text) => {
    expect(() => parseDrainUrl(text)).toThrow(DrainUrlError);
  });

  it.each(['ftp://user:secret@h', 'http://user:secret@h:0', 'http://user:%zzsecret@h', 'http://user:secret@'])(
    'says what is wrong with %s without quoting it',
    (url) => {
      expect(() => parseDrainUrl(url)).toThrow(/^(?!.*(?:user|secret)).+$/s);
    },
  );

  it('refuses or understands whatever comes, and what it shows parses to the same place', () => {
    const scheme = fc.constantFrom('http', 'https', 'syslog', 'syslog+tcp', 'syslog+udp', 'syslog+tls', 'ftp');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.tuple(scheme, fc.string()).map(([name, rest]) => `${name}://${rest}`),
    );
    fc.assert(
      fc.property(text, (url) => {
        try {
          const { host, port, path, masked } = parseDrainUrl(url);
          expect(parseDrainUrl(masked)).toMatchObject({ host, port, path });
        } catch (error) {
          expect(error).toBeInstanceOf(DrainUrlError);
        }
      }),
    );
  });
});
