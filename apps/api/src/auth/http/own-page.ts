import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { authErrors } from '../auth.errors.js';
import { isOwnPage } from './csrf.rules.js';

/** Keeps other sites from using a visitor's cookies, and from logging a visitor in as somebody else. */
@Injectable()
export class OwnPage {
  constructor(@Inject(SETTINGS) private readonly settings: Pick<Settings, 'PUBLIC_URL' | 'CSRF_TRUSTED_ORIGINS'>) {}

  /** Throws 403 `cross_site_request`. */
  require(request: FastifyRequest): void {
    const { origin, 'sec-fetch-site': site } = request.headers;
    const asked = { method: request.method, origin, secFetchSite: typeof site === 'string' ? site : undefined };
    if (!isOwnPage(asked, this.ownOrigins(request), this.settings.CSRF_TRUSTED_ORIGINS)) throw authErrors.crossSite();
  }

  private ownOrigins(request: FastifyRequest): string[] {
    const own = [`${request.protocol}://${request.host}`.toLowerCase()];
    if (this.settings.PUBLIC_URL) own.push(new URL(this.settings.PUBLIC_URL).origin);
    return own;
  }
}
