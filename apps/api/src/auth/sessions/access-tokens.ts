import { createHmac } from 'node:crypto';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../common/clock.js';
import { type AccessClaims, readClaims, TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_TYPE } from './access-token.rules.js';
import { ACCESS_LIFETIME_MS } from './session.rules.js';

export const TOKEN_ALGORITHM = 'HS256';
const KEY_ID_LENGTH = 12;

export interface IssuedAccess {
  readonly access: string;
  readonly expiresInSeconds: number;
}

/** Makes and reads access tokens (JWT, RFC 7519), signed with a key of their own. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** A token for this session that ends no later than the session does. */
  issue(session: { readonly id: string; readonly userId: string; readonly expiresAt: number }): IssuedAccess {
    const issuedAt = Math.floor(this.clock.now() / 1_000);
    const expiresAt = Math.min(issuedAt + ACCESS_LIFETIME_MS / 1_000, Math.floor(session.expiresAt / 1_000));
    const claims = { typ: TOKEN_TYPE, sid: session.id, sub: session.userId, iss: TOKEN_ISSUER, aud: TOKEN_AUDIENCE };
    const key = this.keys.key('access-token');
    const access = this.jwt.sign(
      { ...claims, iat: issuedAt, exp: expiresAt },
      { secret: key, algorithm: TOKEN_ALGORITHM, keyid: keyId(key) },
    );
    return { access, expiresInSeconds: Math.max(0, expiresAt - issuedAt) };
  }

  /** What a token says, or undefined where it is not a valid one. */
  read(token: string): AccessClaims | undefined {
    try {
      const payload: unknown = this.jwt.verify(token, {
        secret: this.keyFor(token),
        algorithms: [TOKEN_ALGORITHM],
        issuer: TOKEN_ISSUER,
        audience: TOKEN_AUDIENCE,
        // The rules compare with the injected clock.
        ignoreExpiration: true,
      });
      return readClaims(payload, this.clock.now());
    } catch {
      return undefined;
    }
  }

  /** The one of our keys that the token names; an unknown name gets the current key, under which it cannot verify. */
  keyFor(token: string): Buffer {
    const named = headerKeyId(token);
    return this.keys.keys('access-token').find((key) => keyId(key) === named) ?? this.keys.key('access-token');
  }
}

function keyId(key: Buffer): string {
  return createHmac('sha256', key).update('key id').digest('hex').slice(0, KEY_ID_LENGTH);
}

function headerKeyId(token: string): unknown {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8'));
    return typeof header === 'object' && header !== null && 'kid' in header ? header.kid : undefined;
  } catch {
    return undefined;
  }
}
