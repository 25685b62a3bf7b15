import type { Socket } from 'node:net';
import type { CodedError } from '../errors/coded-error.js';
import type { AppLog } from '../logging/logger.js';
import { edgeErrors } from './edge.errors.js';
import { rawProblem } from './raw-problem.js';

/**
 * Answers what Node's parser refused: broken or ambiguous HTTP (two lengths, bare CR or LF, a missing Host), too much
 * header, headers that never end. Such a connection is not used again, as nobody knows where the next request begins.
 */
export function clientErrorHandler(log: AppLog): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const problem = problemOf(error.code);
    log.info({
      msg: 'request',
      route: '(malformed)',
      client: socket.remoteAddress,
      status: problem.kind.status,
      reason: error.code,
    });
    socket.write(rawProblem(problem));
    socket.destroySoon();
  };
}

function problemOf(code: string | undefined): CodedError {
  if (code === 'HPE_HEADER_OVERFLOW') return edgeErrors.headersTooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return edgeErrors.requestTimeout('headers');
  return edgeErrors.malformedRequest();
}
