import type { FastifyInstance } from 'fastify';
import { commonErrors } from '../errors/common.errors.js';
import { isApiPath, pathOf } from './request-path.js';
import type { RouteTable } from './route-table.js';

/**
 * Requests that no route takes: 405 where the path exists, an answer to OPTIONS, and under /api a 404 in JSON, whatever
 * a later handler does with unknown pages.
 */
export function installUnknownRoutes(fastify: FastifyInstance, routes: RouteTable): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    const methods = routes.methodsAt(pathOf(request.url));
    if (methods.length === 0) {
      if (isApiPath(request.url)) throw commonErrors.notFound('This path');
      return;
    }
    const allow = [...methods, 'OPTIONS'].join(', ');
    if (request.method !== 'OPTIONS') throw commonErrors.methodNotAllowed(allow);
    await reply.code(204).header('Allow', allow).send();
  });
}
