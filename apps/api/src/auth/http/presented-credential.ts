import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { API_KEY_PREFIX } from '../api-keys/api-key.rules.js';
import type { SessionTransport } from '../sessions/session.entity.js';
import { CredentialCookies } from './credential-cookies.js';

export type PresentedCredential =
  | { readonly kind: 'none' }
  | { readonly kind: 'api-key'; readonly key: string }
  | { readonly kind: 'access-token'; readonly token: string; readonly transport: SessionTransport };

/** Finds what a request brings: a bearer token before a cookie. Other schemes belong to proxies in front of us. */
@Injectable()
export class PresentedCredentials {
  constructor(private readonly cookies: CredentialCookies) {}

  of(request: FastifyRequest): PresentedCredential {
    const bearer = /^bearer(?:\s+(.*))?$/i.exec(request.headers.authorization?.trim() ?? '');
    if (bearer) {
      const token = bearer[1]?.trim() ?? '';
      if (token.startsWith(API_KEY_PREFIX)) return { kind: 'api-key', key: token };
      return { kind: 'access-token', token, transport: 'bearer' };
    }
    const cookie = this.cookies.access(request);
    return cookie === undefined ? { kind: 'none' } : { kind: 'access-token', token: cookie, transport: 'cookie' };
  }
}
