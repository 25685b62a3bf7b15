import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { errorCode } from '@logs-collector/runtime/error-code';
import type { TlsMaterial } from './delivery/channels/stream-transport.js';

/** As somebody gives them: PEM texts. */
export interface GivenTls {
  readonly ca?: string;
  readonly certificate?: string;
  readonly privateKey?: string;
}

/** The message tells the owner what is wrong, and never quotes what was given. */
export class DrainTlsError extends Error {}

const MAX_PEM_LENGTH = 65_536;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/**
 * What a drain can make connections with, of what was given for it: certificates that can be read and are valid now, and a
 * key that fits.
 * @param nowMs milliseconds since 1970
 * @throws DrainTlsError
 */
export function checkTls({ ca, certificate, privateKey }: GivenTls, nowMs: number): TlsMaterial {
  if (ca === undefined && certificate === undefined && privateKey === undefined) {
    throw new DrainTlsError('Give certificates of an authority, or a certificate with its key.');
  }
  if ((certificate === undefined) !== (privateKey === undefined)) {
    throw new DrainTlsError('A client certificate and its private key must be given together.');
  }
  const material = {
    ...(ca === undefined ? {} : { ca: pemOf(certificatesIn(ca, "The authority's certificate", nowMs)) }),
    ...(certificate === undefined || privateKey === undefined ? {} : pairOf(certificate, privateKey, nowMs)),
  };
  try {
    createSecureContext({ ...material, minVersion: 'TLSv1.2' });
  } catch (error) {
    throw new DrainTlsError(`OpenSSL does not take them (${errorCode(error) ?? 'no reason given'}).`);
  }
  return material;
}

function pairOf(certificate: string, privateKey: string, nowMs: number): Pick<TlsMaterial, 'cert' | 'key'> {
  const chain = certificatesIn(certificate, 'The client certificate', nowMs);
  if (!chain[0]?.checkPrivateKey(keyIn(privateKey))) {
    throw new DrainTlsError('The private key does not belong to the client certificate, which must come first.');
  }
  return { cert: pemOf(chain), key: privateKey };
}

function certificatesIn(pem: string, what: string, nowMs: number): X509Certificate[] {
  const blocks = pem.length > MAX_PEM_LENGTH ? [] : (pem.match(CERTIFICATE) ?? []);
  if (blocks.length === 0) throw new DrainTlsError(`${what} must be PEM text, up to ${MAX_PEM_LENGTH} characters.`);
  return blocks.map((block) => validNow(parsed(block, what), what, nowMs));
}

function parsed(block: string, what: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch {
    throw new DrainTlsError(`${what} cannot be read: its PEM text is damaged.`);
  }
}

function validNow(certificate: X509Certificate, what: string, nowMs: number): X509Certificate {
  const { validFromDate, validToDate } = certificate;
  if (validToDate.getTime() <= nowMs) throw new DrainTlsError(`${what} expired on ${dayOf(validToDate)}.`);
  if (validFromDate.getTime() > nowMs) throw new DrainTlsError(`${what} is not valid before ${dayOf(validFromDate)}.`);
  return certificate;
}

function keyIn(pem: string): KeyObject {
  // PKCS #8 (RFC 5958) says it in its label, the older forms in a header (RFC 1421).
  if (pem.includes('ENCRYPTED')) {
    throw new DrainTlsError('The private key has a passphrase. Give it without one; it is kept sealed here.');
  }
  try {
    if (pem.length <= MAX_PEM_LENGTH) return createPrivateKey(pem);
  } catch {
    // Whatever was wrong with it, the owner is told the same.
  }
  throw new DrainTlsError('The private key cannot be read: it must be PEM text.');
}

function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map((certificate) => certificate.toString()).join('');
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
