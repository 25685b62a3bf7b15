import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from './page.js';

/** Puts a page's totals and the way to the next one into headers (RFC 8288), and answers the bare array. */
export function sendPage<T>(page: Page<T>, request: FastifyRequest, reply: FastifyReply): readonly T[] {
  reply.header('X-Total-Count', String(page.total.count));
  if (!page.total.isExact) reply.header('X-Total-Count-Exact', 'false');
  if (page.nextCursor) {
    const url = new URL(request.url, 'http://local');
    url.searchParams.set('cursor', page.nextCursor);
    reply.header('Link', `<${url.pathname}${url.search}>; rel="next"`);
  }
  return page.items;
}
