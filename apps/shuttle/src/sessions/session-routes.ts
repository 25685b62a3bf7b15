import type { FastifyInstance, FastifyRequest } from 'fastify';
import { destinationOf } from '../drains/given-drain.js';
import { problems } from '../http/problem.js';
import type { ShuttleLog } from '../log.js';
import type { SessionHub } from './session-hub.js';
import { SessionOutput } from './session-output.js';
import type { SessionRequest, SessionTickets } from './session-tickets.js';

export interface SessionRoutesOptions {
  readonly tickets: SessionTickets;
  readonly hub: SessionHub;
  /** What the URL of a session begins with; the request's own host where it is not given. */
  readonly baseUrl: string | undefined;
  readonly log: ShuttleLog;
}

const MAX_LINES = 10_000;

/** Watching the stream of an app or a site: asked for with the key, read by whoever has the id. */
export function addSessionRoutes(server: FastifyInstance, { tickets, hub, baseUrl, log }: SessionRoutesOptions): void {
  server.post('/log-sessions', async (request, reply) => {
    const id = tickets.issue(sessionOf(request.body));
    return reply.code(201).send({ id, logplex_url: `${baseUrl ?? baseOf(request)}/log-sessions/${id}` });
  });

  server.get<{ Params: { id: string } }>(
    '/log-sessions/:id',
    { config: { isPublic: true } },
    async (request, reply) => {
      const session = tickets.open(request.params.id);
      if (!session) throw problems.notFound('This session');
      hub.assertRoom();
      reply.hijack();
      // At once, not with the first line: whoever reads has to know that it has begun.
      reply.raw
        .writeHead(200, {
          'Content-Type': 'text/plain; charset=utf-8',
          'Cache-Control': 'no-store',
          'X-Content-Type-Options': 'nosniff',
          'X-Accel-Buffering': 'no',
          'X-Request-Id': request.id,
        })
        .flushHeaders();
      log.debug({ msg: 'session begins', request_id: request.id, session });
      const output = new SessionOutput(reply.raw, hub.share);
      try {
        await hub.serve(session, output);
      } catch (error) {
        log.warn({ msg: 'a session could not be served', request_id: request.id, error });
        output.end();
      }
    },
  );
}

function sessionOf(body: unknown): SessionRequest {
  if (typeof body !== 'object' || body === null) throw problems.badRequest('The body must be a JSON object.');
  const given = body as Readonly<Record<string, unknown>>;
  const [lines, tail, announce] = [given.lines ?? 0, given.tail ?? true, given.announce ?? false];
  if (typeof lines !== 'number' || !Number.isInteger(lines) || lines < 0) {
    throw problems.badRequest('The field lines must be a whole number.');
  }
  if (typeof tail !== 'boolean') throw problems.badRequest('The field tail must be true or false.');
  if (typeof announce !== 'boolean') throw problems.badRequest('The field announce must be true or false.');
  const destination = destinationOf(body);
  return { destination, lines: Math.min(lines, MAX_LINES), isTail: tail, isAnnounced: announce };
}

/** A Host header that could be more than a host becomes part of no URL. */
function baseOf(request: FastifyRequest): string {
  if (!/^[\w.:[\]-]+$/.test(request.host)) throw problems.badRequest('The Host header is not a host.');
  return `${request.protocol}://${request.host}`;
}
