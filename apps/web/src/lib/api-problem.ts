import type { Schema } from '@logs-collector/api-client/client';

type ProblemBody = Schema<'Problem'>;

/** What the API answers when it refuses (RFC 9457), as something to throw. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** One sentence of the server, in English. */
  readonly detail: string;
  /** Per field of the request's body. */
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(body: Partial<ProblemBody> | undefined, response: Response) {
    const detail = body?.detail ?? body?.title ?? response.statusText;
    super(detail);
    this.status = response.status;
    this.code = body?.code ?? 'unknown';
    this.detail = detail;
    this.errors = body?.errors ?? [];
    this.requestId = response.headers.get('x-request-id') ?? undefined;
    this.retryAfterSeconds = Number(response.headers.get('retry-after')) || undefined;
  }
}
