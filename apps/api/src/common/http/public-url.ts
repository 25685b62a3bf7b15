import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../../config/settings.js';

/** What a Host header may consist of before it is put into a link. */
const PLAIN_HOST = /^[A-Za-z0-9.:-]+$/;

/** The address under which people reach this installation, for absolute links. Without a slash at its end. */
@Injectable()
export class PublicUrl {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** PUBLIC_URL, else what the request says (through trusted proxies), where that is plain enough to repeat. */
  of(request: FastifyRequest): string {
    if (this.settings.PUBLIC_URL) return this.settings.PUBLIC_URL;
    const host = PLAIN_HOST.test(request.host) ? request.host : `localhost:${this.settings.PORT}`;
    return `${request.protocol}://${host}`;
  }
}
