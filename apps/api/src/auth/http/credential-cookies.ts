import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { formatCookie, parseCookies } from './cookie.rules.js';

const ACCESS_PATH = '/';
/** The refresh token is sent to nothing but what needs it. */
const REFRESH_PATH = '/api/v1/auth';

export interface CookieTokens {
  readonly access: string;
  readonly accessSeconds: number;
  /** Absent: the browser keeps the one it has. */
  readonly refresh?: string;
  readonly refreshSeconds: number;
}

/**
 * The cookies of the interface (ASVS 5.0.0-3.3.1 to 3.3.4). With TLS their names have prefixes, so that neither a
 * subdomain nor plain http can plant them; a browser refuses such names on plain http, where they do without.
 */
@Injectable()
export class CredentialCookies {
  constructor(@Inject(SETTINGS) private readonly settings: Pick<Settings, 'PUBLIC_URL'>) {}

  access(request: FastifyRequest): string | undefined {
    return parseCookies(request.headers.cookie).get(this.accessName(request)) || undefined;
  }

  refresh(request: FastifyRequest): string | undefined {
    return parseCookies(request.headers.cookie).get(this.refreshName(request)) || undefined;
  }

  set(request: FastifyRequest, reply: FastifyReply, tokens: CookieTokens): void {
    const isSecure = this.isSecure(request);
    const access = { path: ACCESS_PATH, isSecure, maxAgeSeconds: tokens.accessSeconds };
    reply.header('Set-Cookie', formatCookie(this.accessName(request), tokens.access, access));
    if (tokens.refresh === undefined) return;
    const refresh = { path: REFRESH_PATH, isSecure, maxAgeSeconds: tokens.refreshSeconds };
    reply.header('Set-Cookie', formatCookie(this.refreshName(request), tokens.refresh, refresh));
  }

  clear(request: FastifyRequest, reply: FastifyReply): void {
    this.set(request, reply, { access: '', accessSeconds: 0, refresh: '', refreshSeconds: 0 });
  }

  private accessName(request: FastifyRequest): string {
    return this.isSecure(request) ? '__Host-lc_at' : 'lc_at';
  }

  private refreshName(request: FastifyRequest): string {
    return this.isSecure(request) ? '__Secure-lc_rt' : 'lc_rt';
  }

  private isSecure(request: FastifyRequest): boolean {
    return request.protocol === 'https' || this.settings.PUBLIC_URL?.startsWith('https:') === true;
  }
}
