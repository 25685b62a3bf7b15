import { describe, expect, it } from '@jest/globals';
import { PublicUrl } from './public-url.js';

const publicUrl = (settings: Partial<{ PUBLIC_URL: string; ALLOWED_HOSTS: string[] }> = {}) =>
  new PublicUrl({ PUBLIC_URL: undefined, ALLOWED_HOSTS: ['*'], PORT: 8000, ...settings });

describe('PublicUrl', () => {
  it('is the setting where it is given', () => {
    const url = publicUrl({ PUBLIC_URL: 'https://logs.example.com:8443' });
    expect(url.of({ host: 'other', protocol: 'http' })).toBe('https://logs.example.com:8443');
    expect(url.isSecure({ protocol: 'http' })).toBe(true);
  });

  it('else comes from the request', () => {
    expect(publicUrl().of({ host: '10.0.0.7:8000', protocol: 'http' })).toBe('http://10.0.0.7:8000');
    expect(publicUrl().isSecure({ protocol: 'https' })).toBe(true);
  });

  it.each(["evil'; rm -rf /; '", 'a b', 'x"y', '$(id)', 'ho\u0456t', '[::1]:8000', ''])(
    'repeats nothing of a Host such as %j',
    (host) => {
      expect(publicUrl().of({ host, protocol: 'http' })).toBe('http://localhost:8000');
    },
  );

  it('repeats no Host that ALLOWED_HOSTS does not list', () => {
    const url = publicUrl({ ALLOWED_HOSTS: ['logs.example.com'] });
    expect(url.of({ host: 'evil.example.net', protocol: 'https' })).toBe('http://localhost:8000');
  });
});
