import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../common/clock.js';
import { AccessTokens } from '../sessions/access-tokens.js';
import type { TokensView } from '../sessions/session.dto.js';
import { COOKIE_IDLE_MS } from '../sessions/session.rules.js';
import type { IssuedSession } from '../sessions/session-issuer.js';
import { CredentialCookies } from './credential-cookies.js';

/** Hands a session's tokens over, in the body or in cookies. */
@Injectable()
export class SessionReplies {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly cookies: CredentialCookies,
    private readonly clock: Clock,
  ) {}

  /** The members that carry tokens: null where they travel as cookies. */
  hand(issued: IssuedSession, request: FastifyRequest, reply: FastifyReply): TokensView {
    const { access, expiresInSeconds } = this.tokens.issue(issued.session);
    reply.header('Cache-Control', 'no-store');
    if (issued.session.transport === 'bearer')
      return { access, refresh: issued.refreshToken ?? null, expires_in: expiresInSeconds };
    const leftMs = Math.min(COOKIE_IDLE_MS, issued.session.expiresAt - this.clock.now());
    this.cookies.set(request, reply, {
      access,
      accessSeconds: expiresInSeconds,
      ...(issued.refreshToken === undefined ? {} : { refresh: issued.refreshToken }),
      refreshSeconds: Math.floor(leftMs / 1_000),
    });
    return { access: null, refresh: null, expires_in: expiresInSeconds };
  }
}
