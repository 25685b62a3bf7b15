import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isApiPath, pathOf } from './request-path.js';

const YEAR_SECONDS = 365 * 24 * 60 * 60;
/** The customers' page; every other page is the workbench's. */
const UPLOAD_PAGE = '/u';
/** Files and what programs ask for: nothing there is a page, even where nothing is found. */
const NO_PAGES = /^\/(?:assets|health|metrics)(?:\/|$)|^\/[^/.]*\.[^/]*$/;

/**
 * Serves the web pages: hashed assets for ever, and the application for every address that nothing else has.
 * Without a build beside the API (as in tests of the API alone) there are no pages.
 */
export async function installWebPages(
  fastify: FastifyInstance,
  directory: string | undefined = webDirectory(),
): Promise<void> {
  if (directory === undefined) return;
  const workbench = readFileSync(join(directory, 'index.html'), 'utf8');
  const upload = readFileSync(join(directory, 'upload.html'), 'utf8');
  const icon = readFileSync(join(directory, 'icon.svg'));
  await fastify.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
    wildcard: true,
    index: false,
    decorateReply: false,
    immutable: true,
    maxAge: YEAR_SECONDS * 1_000,
  });
  fastify.get('/icon.svg', (_request, reply) =>
    reply.type('image/svg+xml').header('Cache-Control', 'no-cache').send(icon),
  );
  fastify.addHook('onRequest', async (request, reply) => {
    if (!request.is404 || !isPage(request)) return;
    const page = pathOf(request.url).replace(/\/$/, '') === UPLOAD_PAGE ? upload : workbench;
    await reply.type('text/html; charset=utf-8').header('Cache-Control', 'no-store').send(page);
  });
}

function isPage({ method, url }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && !isApiPath(url) && !NO_PAGES.test(pathOf(url));
}

/** The nearest `web/dist` above this file: it stands at another depth in the sources, the build and the image. */
function webDirectory(): string | undefined {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, 'web', 'dist');
    if (existsSync(join(candidate, 'index.html'))) return candidate;
  }
  return undefined;
}
