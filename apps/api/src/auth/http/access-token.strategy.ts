import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { Clock } from '../../common/clock.js';
import { type AccessClaims, readClaims, TOKEN_AUDIENCE, TOKEN_ISSUER } from '../sessions/access-token.rules.js';
import { AccessTokens, TOKEN_ALGORITHM } from '../sessions/access-tokens.js';
import { PresentedCredentials } from './presented-credential.js';

export const ACCESS_TOKEN_STRATEGY = 'access-token';

/**
 * Signature, algorithm, issuer, audience, kind and age of an access token (RFC 8725). It knows no database: whether the
 * session behind the token still lives is asked by the guard.
 */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, ACCESS_TOKEN_STRATEGY) {
  constructor(
    credentials: PresentedCredentials,
    tokens: AccessTokens,
    private readonly clock: Clock,
  ) {
    super({
      jwtFromRequest: (request: unknown) => {
        const credential = credentials.of(request as FastifyRequest);
        return credential.kind === 'access-token' ? credential.token : null;
      },
      secretOrKeyProvider: (_request: unknown, token: unknown, done: (error: unknown, key?: Buffer) => void) =>
        done(null, tokens.keyFor(String(token))),
      algorithms: [TOKEN_ALGORITHM],
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
      // `validate` compares with the injected clock.
      ignoreExpiration: true,
    });
  }

  validate(payload: unknown): AccessClaims | false {
    return readClaims(payload, this.clock.now()) ?? false;
  }
}
