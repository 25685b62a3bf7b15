import type { FastifyRequest } from 'fastify';
import type { ErrorKind } from '../errors/coded-error.js';

const problems = new WeakMap<FastifyRequest, ErrorKind>();

/** Remembers what a request was answered with, for those who look at it when it has ended. */
export function noteProblem(request: FastifyRequest, kind: ErrorKind): void {
  problems.set(request, kind);
}

export function problemOf(request: FastifyRequest): ErrorKind | undefined {
  return problems.get(request);
}
