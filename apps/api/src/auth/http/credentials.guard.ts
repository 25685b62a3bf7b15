import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { StaffPrincipal } from '../../common/access/principal.js';
import { commonErrors } from '../../common/errors/common.errors.js';
import { IGNORES_CREDENTIALS } from '../../common/http/ignores-credentials.decorator.js';
import { setPrincipal } from '../../common/http/principal.decorator.js';
import { ApiKeyAuthenticator } from '../api-keys/api-key-authenticator.js';
import { authErrors } from '../auth.errors.js';
import { SessionAuthenticator } from '../sessions/session-authenticator.js';
import { AccessTokenGuard } from './access-token.guard.js';
import { OwnPage } from './own-page.js';
import { PresentedCredentials } from './presented-credential.js';

/**
 * Finds out who is asking, on every request but those of routes that are open to all. Without a credential, or with a
 * wrong or ended one, it is 401, before anything else about the request is looked at.
 */
@Injectable()
export class CredentialsGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly credentials: PresentedCredentials,
    private readonly ownPage: OwnPage,
    private readonly accessTokens: AccessTokenGuard,
    private readonly sessions: SessionAuthenticator,
    private readonly apiKeys: ApiKeyAuthenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(IGNORES_CREDENTIALS, places)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const credential = this.credentials.of(request);
    if (credential.kind === 'none') throw commonErrors.unauthenticated();
    const principal =
      credential.kind === 'api-key'
        ? await this.apiKeys.principalOf(credential.key)
        : await this.sessionPrincipal(context, request, credential.transport);
    if (!principal) throw authErrors.invalidToken();
    setPrincipal(request, principal);
    return true;
  }

  private async sessionPrincipal(
    context: ExecutionContext,
    request: FastifyRequest,
    transport: 'bearer' | 'cookie',
  ): Promise<StaffPrincipal | undefined> {
    if (transport === 'cookie') this.ownPage.require(request);
    return this.sessions.principalOf(await this.accessTokens.claimsOf(context), transport);
  }
}
