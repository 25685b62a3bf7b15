import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import type { SessionTransport } from '../sessions/session.entity.js';

/** Documents `?cookie=1`. */
export function ApiCookieMode(): MethodDecorator {
  return applyDecorators(
    ApiQuery({
      name: 'cookie',
      required: false,
      schema: { type: 'string', enum: ['1'] },
      description: 'For pages of this server: tokens travel in HttpOnly cookies and not in the body.',
    }),
  );
}

export function transportOf(cookie: string | undefined): SessionTransport {
  return cookie === '1' || cookie === 'true' ? 'cookie' : 'bearer';
}
