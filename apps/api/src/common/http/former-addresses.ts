import type { FastifyInstance } from 'fastify';
import { FORMER_ADDRESS } from './route-table.js';

/** Pages of the original application, in bookmarks and help-desk templates, and what took their place. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  '/archives/upload': '/u',
  '/tickets/create': '/tickets/new',
  '/admin': '/',
  '/admin/*': '/',
  '/account/login': '/login',
  '/account/logout': '/login',
  '/account/two_factor': '/account',
  '/account/two_factor/*': '/account',
  '/api/v1/schema': '/api/openapi.json',
  '/api/v1/schema/swagger': '/api/docs',
  '/api/v1/schema/redoc': '/api/docs',
};

/** Answers the former addresses with the way to their successors. What was in the query stays behind. */
export function installFormerAddresses(fastify: FastifyInstance): void {
  for (const [former, successor] of Object.entries(SUCCESSORS)) {
    fastify.get(former, { config: FORMER_ADDRESS }, (_request, reply) => reply.redirect(successor, 301));
  }
  fastify.get<{ Params: { number: string } }>(
    '/tickets/show/:platform/:number',
    { config: FORMER_ADDRESS },
    (request, reply) => reply.redirect(`/tickets/${encodeURIComponent(request.params.number)}`, 301),
  );
}
