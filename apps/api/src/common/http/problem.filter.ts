import { BlobStoreError } from '@logs-collector/blob-store/blob-store-error';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseProblem } from '../../database/database-failures.js';
import { CodedError } from '../errors/coded-error.js';
import { commonErrors } from '../errors/common.errors.js';
import { drainBody, endsWithAnswer, heldOpen } from './drain-body.js';
import { PROBLEM_MEDIA_TYPE, problemDocument } from './problem-document.js';
import { noteProblem } from './problem-of-request.js';

const STORAGE_RETRY_MS = 5_000;

/** Turns whatever was thrown into a problem document; what a client may not know goes to the log alone. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(exception, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also called for errors that Fastify meets before Nest does. */
  send(exception: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = toCodedError(exception, request);
    this.note(error, request);
    noteProblem(request, error.kind);
    if (reply.raw.headersSent) {
      // The status is already with the client: all that is left is to cut the line, so that it sees an incomplete answer.
      reply.raw.destroy();
      return;
    }
    const text = JSON.stringify(problemDocument(error, request.id));
    const drained = drainBody(request, reply, error.kind.isUrgent);
    reply
      .code(error.kind.status)
      .headers({ ...error.headers, 'Content-Type': PROBLEM_MEDIA_TYPE, 'Cache-Control': 'no-store' });
    if (drained && endsWithAnswer(request)) {
      reply.header('Content-Length', String(Buffer.byteLength(text))).send(heldOpen(text, drained));
      return;
    }
    reply.send(text);
  }

  private note(error: CodedError, request: FastifyRequest): void {
    const { code, status, isPlanned } = error.kind;
    if (status < 500) return;
    if (isPlanned) this.logger.log({ msg: 'request refused', request_id: request.id, code });
    else this.logger.error({ msg: 'request failed', request_id: request.id, error: error.cause ?? error });
  }
}

function toCodedError(exception: unknown, request: FastifyRequest): CodedError {
  if (exception instanceof CodedError) return exception;
  const status = statusOf(exception);
  if (status === 404) return commonErrors.notFound(`${request.method} on this path`);
  if (status === 401) return commonErrors.unauthenticated();
  if (status === 403) return commonErrors.forbidden();
  if (status === 413) return commonErrors.bodyTooLarge(0);
  if (status === 415) return commonErrors.unsupportedMediaType();
  if (status !== undefined && status >= 400 && status < 500) return commonErrors.badRequest(messageOf(exception));
  if (status === 503) return commonErrors.unavailable(5_000, 'The server is not ready.', exception);
  return databaseProblem(exception) ?? storageProblem(exception) ?? commonErrors.internal(exception);
}

/** The store has failed at something that no upload waits for: the doors have answers of their own. */
function storageProblem(exception: unknown): CodedError | undefined {
  if (!(exception instanceof BlobStoreError) || exception.code !== 'io_failed') return undefined;
  return commonErrors.unavailable(
    STORAGE_RETRY_MS,
    'The storage cannot be reached at the moment. Try again.',
    exception,
  );
}

function statusOf(exception: unknown): number | undefined {
  if (exception instanceof HttpException) return exception.getStatus();
  if (exception instanceof Error && 'statusCode' in exception) return Number(exception.statusCode);
  return undefined;
}

function messageOf(exception: unknown): string {
  return exception instanceof Error ? exception.message : 'The request cannot be understood.';
}
