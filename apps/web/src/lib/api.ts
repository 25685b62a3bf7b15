import { createApiClient } from '@logs-collector/api-client/client';
import { ApiProblem } from './api-problem.js';
import { sessionFetch } from './session-fetch.js';

/** The API of this very server; the login's cookies say who asks. */
export const api = createApiClient({ baseUrl: window.location.origin, fetch: sessionFetch });

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The answer's body; throws {@link ApiProblem} where the API refused. */
export async function bodyOf<Data>(request: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await request;
  if (!response.ok) throw new ApiProblem(isObject(error) ? error : undefined, response);
  return data as Data;
}

/** A list's rows with how many there are in all and where the next page begins. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  /** False where there are more than the server counts. */
  readonly isTotalExact: boolean;
  readonly nextCursor: string | undefined;
}

export async function pageOf<Row>(request: Promise<Answer<readonly Row[]>>): Promise<Page<Row>> {
  const { data, error, response } = await request;
  if (!response.ok) throw new ApiProblem(isObject(error) ? error : undefined, response);
  const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  return {
    rows: data ?? [],
    total: Number(response.headers.get('x-total-count') ?? data?.length ?? 0),
    isTotalExact: response.headers.get('x-total-count-exact') !== 'false',
    nextCursor: next ? (new URL(next, window.location.origin).searchParams.get('cursor') ?? undefined) : undefined,
  };
}

function isObject(value: unknown): value is Record<string, never> {
  return typeof value === 'object' && value !== null;
}
