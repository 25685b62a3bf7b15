import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyAuthenticator } from '../api-keys/api-key-authenticator.js';
import { authErrors } from '../auth.errors.js';
import { CredentialCookies } from '../http/credential-cookies.js';
import { OwnPage } from '../http/own-page.js';
import { PresentedCredentials } from '../http/presented-credential.js';
import { AccessTokens } from '../sessions/access-tokens.js';
import type { SessionTransport } from '../sessions/session.entity.js';
import { SessionAuthenticator } from '../sessions/session-authenticator.js';
import { type IssuedSession, SessionIssuer } from '../sessions/session-issuer.js';
import { SessionsService } from '../sessions/sessions.service.js';

/**
 * The HTTP side of carrying sessions on: the token may come in a body, a header or a cookie, and wherever it is a cookie
 * the request must come from a page of ours.
 */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly ownPage: OwnPage,
    private readonly cookies: CredentialCookies,
    private readonly credentials: PresentedCredentials,
    private readonly issuer: SessionIssuer,
    private readonly accessTokens: AccessTokens,
    private readonly authenticator: SessionAuthenticator,
    private readonly apiKeys: ApiKeyAuthenticator,
    private readonly sessions: SessionsService,
  ) {}

  /** The transport that was asked for. Throws 403 for cookies on behalf of another site (login CSRF). */
  transport(request: FastifyRequest, transport: SessionTransport): SessionTransport {
    if (transport === 'cookie') this.ownPage.require(request);
    return transport;
  }

  refresh(request: FastifyRequest, transport: SessionTransport, given: string | undefined): Promise<IssuedSession> {
    this.transport(request, transport);
    const token = transport === 'cookie' ? this.cookies.refresh(request) : given;
    if (!token) throw authErrors.invalidToken();
    return this.issuer.refresh(token, transport);
  }

  /** Throws 401. */
  async verify(request: FastifyRequest, given: string | undefined): Promise<void> {
    const isValid = given === undefined ? await this.isCookieValid(request) : await this.isTokenValid(given, 'bearer');
    if (!isValid) throw authErrors.invalidToken();
  }

  async logout(request: FastifyRequest, reply: FastifyReply, given: string | undefined): Promise<void> {
    const hasCookies = this.cookies.access(request) !== undefined || this.cookies.refresh(request) !== undefined;
    const isCookieLogout = given === undefined && hasCookies && request.headers.authorization === undefined;
    if (isCookieLogout) {
      this.ownPage.require(request);
      this.cookies.clear(request, reply);
      // Whoever sits down next finds neither cached answers nor stored keys (ASVS 5.0.0-14.3.1).
      reply.header('Clear-Site-Data', '"cache", "cookies", "storage"');
    }
    const sessionId = await this.sessionToEnd(request, isCookieLogout ? this.cookies.refresh(request) : given);
    if (sessionId !== undefined) await this.sessions.logout(sessionId);
  }

  private async sessionToEnd(request: FastifyRequest, refresh: string | undefined): Promise<string | undefined> {
    const byRefresh = refresh === undefined ? undefined : await this.issuer.sessionIdOf(refresh);
    if (byRefresh !== undefined) return byRefresh;
    const credential = this.credentials.of(request);
    return credential.kind === 'access-token' ? this.accessTokens.read(credential.token)?.sessionId : undefined;
  }

  private async isCookieValid(request: FastifyRequest): Promise<boolean> {
    const cookie = this.cookies.access(request);
    if (cookie === undefined) return false;
    this.ownPage.require(request);
    return this.isTokenValid(cookie, 'cookie');
  }

  private async isTokenValid(token: string, transport: SessionTransport): Promise<boolean> {
    if ((await this.apiKeys.principalOf(token)) !== undefined) return true;
    const claims = this.accessTokens.read(token);
    if (claims) return (await this.authenticator.principalOf(claims, transport)) !== undefined;
    return this.issuer.isValidRefreshToken(token);
  }
}
