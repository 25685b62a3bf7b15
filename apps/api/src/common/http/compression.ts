import compress from '@fastify/compress';
import type { FastifyInstance, RouteOptions } from 'fastify';

/** Whole texts only: no event streams, no bytes of archives. */
const TEXT_TYPES =
  /^(?:text\/(?:html|css|plain|csv|javascript|markdown)|application\/(?:(?:[\w.-]+\+)?json|javascript|wasm)|image\/svg\+xml)\b/;

/** Route option of answers that last: compression would hold lines back until there are enough of them. */
export const LASTING_ANSWER = { lastingAnswer: true } as const;

/** Compresses text for those who accept it. Never downloads, never what is sent to us. */
export async function installCompression(fastify: FastifyInstance): Promise<void> {
  fastify.addHook('onRoute', (route: RouteOptions) => {
    if (hasOption(route, 'rawBody') || hasOption(route, 'lastingAnswer')) route.compress = false;
  });
  fastify.addHook('onSend', (request, reply, payload: unknown, done) => {
    // A download's bytes, length, ranges and digest belong together, whatever its type is called.
    if (reply.hasHeader('content-disposition') || reply.hasHeader('content-range')) {
      request.headers['x-no-compression'] = '1';
    }
    done(null, payload);
  });
  await fastify.register(compress, {
    global: true,
    globalDecompression: false,
    customTypes: TEXT_TYPES,
    encodings: ['br', 'gzip'],
  });
}

function hasOption({ config }: RouteOptions, name: 'rawBody' | 'lastingAnswer'): boolean {
  return (config as Partial<Record<typeof name, boolean>> | undefined)?.[name] === true;
}
