import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { authErrors } from '../auth.errors.js';
import type { AccessClaims } from '../sessions/access-token.rules.js';
import { ACCESS_TOKEN_STRATEGY } from './access-token.strategy.js';

/** Runs the strategy; whatever is wrong with a token, the answer is the same. */
@Injectable()
export class AccessTokenGuard extends AuthGuard(ACCESS_TOKEN_STRATEGY) {
  /** Throws 401 `invalid_token`. */
  async claimsOf(context: ExecutionContext): Promise<AccessClaims> {
    await super.canActivate(context);
    return context.switchToHttp().getRequest<FastifyRequest & { user: AccessClaims }>().user;
  }

  override handleRequest<T = AccessClaims>(error: unknown, claims: T | false): T {
    if (error || !claims) throw authErrors.invalidToken();
    return claims;
  }
}
