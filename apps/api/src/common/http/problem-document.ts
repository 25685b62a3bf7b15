import type { CodedError } from '../errors/coded-error.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** The body of every error (RFC 9457 §3.1), with `error` for clients of the original application. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly error: string;
  readonly [member: string]: unknown;
}

export function problemDocument(error: CodedError, requestId: string): ProblemDocument {
  const { code, status, title } = error.kind;
  return {
    type: `/api/docs/errors#${code}`,
    title,
    status,
    code,
    detail: error.detail,
    error: error.detail,
    request_id: requestId,
    ...error.members,
  };
}
