import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { commonErrors } from '../errors/common.errors.js';
import { ProblemFilter } from './problem.filter.js';
import type { PublicUrl } from './public-url.js';

interface UploaderScript {
  readonly mediaType: string;
  /** The whole line that waits for the server's address. */
  readonly line: RegExp;
  /** Single quotes: nothing inside is expanded. Only the quote itself has to be written in another way. */
  readonly filledIn: (url: string) => string;
}

const SCRIPTS: Readonly<Record<string, UploaderScript>> = {
  'uploader.sh': {
    mediaType: 'text/x-shellscript; charset=utf-8',
    line: /^DEFAULT_URL=''$/m,
    filledIn: (url) => `DEFAULT_URL='${url.replaceAll("'", "'\\''")}'`,
  },
  'uploader.ps1': {
    mediaType: 'text/plain; charset=utf-8',
    line: /^\$DefaultUrl = ''\r?$/m,
    filledIn: (url) => `$DefaultUrl = '${url.replaceAll("'", "''")}'`,
  },
};

/** Serves the upload scripts with this server's address filled in. */
export function installUploaderScripts(
  fastify: FastifyInstance,
  publicUrl: PublicUrl,
  directory: string | undefined = scriptsDirectory(),
): void {
  for (const [name, script] of Object.entries(SCRIPTS)) {
    fastify.get(`/${name}`, { errorHandler: sendProblem }, async (request, reply) => {
      const text = await readScript(directory, name);
      return reply
        .header('Content-Type', script.mediaType)
        .header('Cache-Control', 'no-store')
        .send(text.replace(script.line, () => script.filledIn(publicUrl.of(request))));
    });
  }
}

/** Nest's filter does not stand before a route of Fastify's own. */
function sendProblem(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  new ProblemFilter().send(error, request, reply);
}

async function readScript(directory: string | undefined, name: string): Promise<string> {
  try {
    return await readFile(join(directory ?? '', name), 'utf8');
  } catch {
    throw commonErrors.notFound(`The script ${name}`);
  }
}

/** The nearest `scripts` above this file: it stands at another depth in the sources, the build and the image. */
function scriptsDirectory(): string | undefined {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'scripts', 'uploader.sh'))) return join(at, 'scripts');
  }
  return undefined;
}
