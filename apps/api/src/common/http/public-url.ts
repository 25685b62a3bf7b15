import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { AllowedHosts } from './allowed-hosts.js';

/** What of a Host header may be repeated in links and scripts; everything else could carry an injection. */
const PLAIN_HOST = /^[A-Za-z0-9.:-]+$/;

/** The address under which people reach us, for absolute links. Never ends with a slash. */
@Injectable()
export class PublicUrl {
  private readonly hosts: AllowedHosts;

  constructor(@Inject(SETTINGS) private readonly settings: Pick<Settings, 'PUBLIC_URL' | 'ALLOWED_HOSTS' | 'PORT'>) {
    this.hosts = new AllowedHosts(settings.ALLOWED_HOSTS);
  }

  /** PUBLIC_URL, else what the request (through trusted proxies) says of itself, else this machine. */
  of(request: Pick<FastifyRequest, 'host' | 'protocol'>): string {
    if (this.settings.PUBLIC_URL) return this.settings.PUBLIC_URL;
    const host = request.host ?? '';
    if (!PLAIN_HOST.test(host) || !this.hosts.includes(host)) return this.ofThisMachine();
    return `${request.protocol}://${host}`;
  }

  /** For links made without a request, such as the set-up link of the first start. */
  withoutRequest(): string {
    return this.settings.PUBLIC_URL ?? this.ofThisMachine();
  }

  /** Whether people reach us over TLS; decides HSTS and the Secure flag of cookies. */
  isSecure(request: Pick<FastifyRequest, 'protocol'>): boolean {
    return this.settings.PUBLIC_URL?.startsWith('https:') ?? request.protocol === 'https';
  }

  private ofThisMachine(): string {
    return `http://localhost:${this.settings.PORT}`;
  }
}
