import type { FastifyInstance, FastifyRequest } from 'fastify';
import { commonErrors } from '../errors/common.errors.js';
import { sendContinue } from './expect-continue.js';

const MAX_JSON_BYTES = 1024 * 1024;
const MAX_JSON_DEPTH = 32;
/** The longest real request names a thousand tickets. Checking a megabyte of fields would hold everybody up for seconds. */
const MAX_JSON_VALUES = 5_000;

/**
 * Route option of the doors for uploads: their bodies are read by nobody but them, whatever Content-Type they declare.
 * (Fastify would parse a log file sent as application/json.)
 */
export const RAW_BODY = { rawBody: true } as const;

/** Replaces Fastify's parsers by one that reads JSON, accepts an empty body, and leaves the doors' bodies alone. */
export function installBodyParsing(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', async (request: FastifyRequest) => {
    if (isRawBodyRoute(request)) return undefined;
    sendContinue(request);
    const text = await readText(request);
    if (text.trim() === '') return undefined;
    if (!isJson(request.headers['content-type'])) throw commonErrors.unsupportedMediaType();
    return parseJson(text);
  });
}

function isRawBodyRoute(request: FastifyRequest): boolean {
  return (request.routeOptions.config as { rawBody?: boolean }).rawBody === true;
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');
}

async function readText(request: FastifyRequest): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_JSON_BYTES) throw commonErrors.bodyTooLarge(MAX_JSON_BYTES);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.raw as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_JSON_BYTES) throw commonErrors.bodyTooLarge(MAX_JSON_BYTES);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Refuses what could reach an object's prototype, and more values and deeper ones than any real request has. */
function parseJson(text: string): unknown {
  let values = 0;
  try {
    const value: unknown = JSON.parse(text, (key, inner: unknown) => {
      values += 1;
      if (values > MAX_JSON_VALUES) throw new SyntaxError('too many values');
      if (key === '__proto__') throw new SyntaxError('forbidden key');
      return inner;
    });
    if (depthOf(value) > MAX_JSON_DEPTH) throw new SyntaxError('too deep');
    return value;
  } catch (cause) {
    throw commonErrors.badRequest('The body is not valid JSON.', { cause });
  }
}

function depthOf(root: unknown): number {
  let depth = 0;
  let level: unknown[] = [root];
  while (level.length > 0 && depth <= MAX_JSON_DEPTH) {
    depth += 1;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return depth;
}
