import type { CodedError } from '../common/errors/coded-error.js';
import { commonErrors } from '../common/errors/common.errors.js';
import { drainErrors } from './drains.errors.js';

/** What a problem of the shuttle (RFC 9457) is here; it words its details for who reads them. */
const ERRORS: Readonly<Record<string, (detail: string) => CodedError>> = {
  unauthenticated: () => drainErrors.keyRefused(),
  drain_not_found: () => drainErrors.notFound(),
  drain_paused: () => drainErrors.paused(),
  drain_exists: () => drainErrors.exists(),
  drain_url_invalid: (detail) => drainErrors.urlInvalid(detail),
  drain_tls_invalid: (detail) => drainErrors.tlsInvalid(detail),
  bad_request: (detail) => commonErrors.badRequest(detail),
};

/** A sentence or two; what is longer is not the shuttle's. */
const MAX_DETAIL = 1_000;

/** The error for an answer that is no success. */
export function errorOf(status: number, body: string): CodedError {
  const { code, detail } = problemOf(body);
  const known = ERRORS[code];
  if (known) return known(detail);
  const cause = new Error(`The shuttle answered ${status}${code === '' ? '' : ` (${code})`}.`);
  // Whatever has no code of a shuttle is another program, such as a proxy before it.
  return code === '' && status < 500
    ? drainErrors.unreachable(cause, 'What answers at SHUTTLE_URL is not the log shuttle, or an older one.')
    : drainErrors.unreachable(cause);
}

function problemOf(body: string): { code: string; detail: string } {
  try {
    const { code, detail } = JSON.parse(body) as { code?: unknown; detail?: unknown };
    if (typeof code === 'string' && typeof detail === 'string') return { code, detail: detail.slice(0, MAX_DETAIL) };
  } catch {
    // Not a problem document.
  }
  return { code: '', detail: '' };
}
