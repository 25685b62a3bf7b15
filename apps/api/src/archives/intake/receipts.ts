import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Injectable } from '@nestjs/common';
import type { Archive } from '../archive.entity.js';
import type { ReceiptKey, ReceiptKeySet } from './receipts.dto.js';

/** The DER header of an Ed25519 private key in PKCS #8 (RFC 8410 §7); the 32 bytes of the seed follow. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

interface SigningKey {
  readonly secret: KeyObject;
  readonly published: ReceiptKey;
}

/**
 * Signed receipts: a compact JWS (RFC 7515, EdDSA of RFC 8037) that says what arrived, and that anybody who has the
 * public key can verify without asking the server.
 */
@Injectable()
export class Receipts {
  private readonly current: SigningKey;
  /** Of receipts that were signed before SECRET_KEY was replaced. */
  private readonly previous: readonly SigningKey[];

  constructor(keys: KeyRing) {
    this.current = signingKey(keys.key('receipt-signing'));
    this.previous = keys.keys('receipt-signing').slice(1).map(signingKey);
  }

  sign(archive: Archive, ticketNumber: string): string {
    const signed = [
      { alg: 'EdDSA', typ: 'receipt+jwt', kid: this.current.published.kid },
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
    return `${signed}.${sign(null, Buffer.from(signed), this.current.secret).toString('base64url')}`;
  }

  /** The public keys (RFC 7517 §5), the one in use first. */
  keySet(): ReceiptKeySet {
    return { keys: [this.current, ...this.previous].map(({ published }) => published) };
  }
}

/** The name of a public key that follows from the key (RFC 7638): its required members in order, without spaces. */
export function thumbprint({ crv, kty, x }: Pick<ReceiptKey, 'crv' | 'kty' | 'x'>): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}

function signingKey(seed: Buffer): SigningKey {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(secret).export({ format: 'jwk' });
  const key = { kty: 'OKP', crv: 'Ed25519', x } as const;
  return { secret, published: { ...key, kid: thumbprint(key), use: 'sig', alg: 'EdDSA' } };
}
