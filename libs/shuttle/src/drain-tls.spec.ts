import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Authority, type KeyPair } from '../test-support/certificates.js';
import { checkTls } from './drain-tls.js';

describe('Certificates for a drain', () => {
  if (!Authority.isPossible) {
    it('were NOT tried: openssl is not installed', () => {
      if (process.env.CI) throw new Error('CI has to run the tests over TLS.');
    });
    return;
  }

  let authority: Authority;
  let client: KeyPair;
  let expired: KeyPair;
  let now: number;

  beforeAll(() => {
    authority = new Authority('Test authority');
    client = authority.sign({ name: 'client' });
    expired = authority.sign({ name: 'old', days: -1 });
    // Certificates are valid from the second in which they are made.
    now = Date.now();
  });
  afterAll(() => authority?.dispose());

  it('are taken where they can be read, are valid and fit together; text around them is left out', () => {
    const ca = `Bag Attributes\n${authority.own.cert}and so on`;
    const material = checkTls({ ca, certificate: client.cert, privateKey: client.key }, now);
    expect(material).toEqual({ ca: authority.own.cert, cert: client.cert, key: client.key });
    expect(checkTls({ ca: authority.own.cert + client.cert }, now)).toEqual({ ca: authority.own.cert + client.cert });
  });

  it('are refused with what is wrong, in a sentence that quotes nothing of them', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const locked = privateKey
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString();
    const damaged = client.cert.replace(/[A-Za-z0-9]{20}/, '00000000000000000000');
    const { cert: certificate, key } = client;
    const cases = [
      [{}, 'Give certificates of an authority'],
      [{ certificate }, 'must be given together'],
      [{ privateKey: key }, 'must be given together'],
      [{ ca: 'not PEM' }, 'must be PEM text'],
      [{ ca: '' }, 'must be PEM text'],
      [{ ca: key }, 'must be PEM text'],
      [{ ca: authority.own.cert + damaged }, "The authority's certificate cannot be read"],
      [{ ca: expired.cert }, "The authority's certificate expired on"],
      [{ certificate: expired.cert, privateKey: expired.key }, 'The client certificate expired on'],
      [{ certificate, privateKey: expired.key }, 'does not belong to the client certificate'],
      [{ certificate: authority.own.cert + certificate, privateKey: key }, 'which must come first'],
      [{ certificate, privateKey: 'no key' }, 'The private key cannot be read'],
      [{ certificate, privateKey: locked }, 'has a passphrase'],
      [{ ca: authority.own.cert.repeat(200) }, 'up to 65536 characters'],
    ] as const;
    for (const [given, message] of cases) {
      expect(() => checkTls(given, now)).toThrow(message);
    }
    expect(() => checkTls({ ca: authority.own.cert }, now - 3 * 86_400_000)).toThrow('is not valid before');
  });
});
