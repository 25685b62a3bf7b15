import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Injectable } from '@nestjs/common';
import type { Archive } from '../archive.entity.js';

/** The DER header of an Ed25519 private key in PKCS #8 (RFC 8410 §7); the 32 bytes of the seed follow. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Signed receipts: a compact JWS (RFC 7515, EdDSA of RFC 8037) that says what arrived, and that anybody who has the
 * public key can verify without asking the server.
 */
@Injectable()
export class Receipts {
  private readonly key: KeyObject;

  constructor(keys: KeyRing) {
    const der = Buffer.concat([PKCS8_ED25519, keys.key('receipt-signing')]);
    this.key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  }

  sign(archive: Archive, ticketNumber: string): string {
    const signed = [
      { alg: 'EdDSA', typ: 'receipt+jwt' },
      {
        sub: archive.id,
        ticket: ticketNumber,
        name: archive.name,
        size: archive.sizeBytes,
        sha256: archive.sha256,
        iat: Math.floor(archive.timeCreate / 1_000),
      },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${signed}.${sign(null, Buffer.from(signed), this.key).toString('base64url')}`;
  }

  /** The public key as a JWK. */
  publicKey(): Record<string, unknown> {
    return { ...createPublicKey(this.key).export({ format: 'jwk' }), use: 'sig', alg: 'EdDSA' };
  }
}
