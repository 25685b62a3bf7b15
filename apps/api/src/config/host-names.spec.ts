import { describe, expect, it } from '@jest/globals';
import { parseAllowedHosts, parseListenAddress } from './host-names.js';

describe('HOST', () => {
  it.each(['0.0.0.0', '::', '::1', '192.0.2.7', 'localhost', 'db_1', 'api.example.com', ' 127.0.0.1 '])(
    'may be %s',
    (host) => expect(parseListenAddress(host)).toBe(host.trim()),
  );

  it.each(['0.0.0.0:8000', 'http://localhost', '[::1]', '999.1.1.1', '*', 'a b', 'a/b', '-a', 'a..b', '.'])(
    'is refused as %s',
    (host) => expect(() => parseListenAddress(host)).toThrow(RangeError),
  );
});

describe('ALLOWED_HOSTS', () => {
  it('may be *, names, domains, addresses and any of them with a port', () => {
    const hosts = ['*', 'logs.example.com', '.example.org', 'localhost:8000', '192.0.2.7', '::1', '[::1]:8000', 'a.b.'];
    expect(parseAllowedHosts(hosts)).toEqual(hosts);
  });

  it.each([
    'https://logs.example.com',
    '*.example.com',
    'logs.example.com/path',
    'a b',
    '999.1.1.1',
    '[a]',
    '.',
    'a:b',
  ])('is refused as %s, which no Host header could ever be', (host) =>
    expect(() => parseAllowedHosts(['ok.example.com', host])).toThrow(RangeError),
  );

  it('is refused when it lists nothing, as nobody could come in', () => {
    expect(() => parseAllowedHosts([])).toThrow(RangeError);
  });
});
