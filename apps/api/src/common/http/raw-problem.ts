import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { CodedError } from '../errors/coded-error.js';
import { PROBLEM_MEDIA_TYPE, problemDocument } from './problem-document.js';

/** A whole HTTP answer for a connection on which no request could be read. The connection ends after it. */
export function rawProblem(error: CodedError, requestId: string = randomUUID()): string {
  const body = JSON.stringify(problemDocument(error, requestId));
  const headers = {
    ...error.headers,
    'Content-Type': PROBLEM_MEDIA_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const { status } = error.kind;
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
