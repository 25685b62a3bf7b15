import createClient, { type FetchResponse, type MaybeOptionalInit } from 'openapi-fetch';
import type { HttpMethod, MediaType, PathsWithMethod, RequiredKeysOf } from 'openapi-typescript-helpers';
import type { components, paths } from './generated/schema.js';

/** A body or an answer by its name in openapi.json. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** What an operation takes; to be left out where it needs nothing. */
type Input<Init> = RequiredKeysOf<Init> extends never ? [init?: Init] : [init: Init];

/**
 * As openapi-fetch has it, but for one thing: what is handed over is compared with the operation's own type and not
 * inferred, so that a field which does not exist is a mistake as well.
 */
type Method<Verb extends HttpMethod> = <Path extends PathsWithMethod<paths, Verb>>(
  path: Path,
  ...init: Input<MaybeOptionalInit<paths[Path], Verb>>
) => Promise<
  FetchResponse<paths[Path][Verb] & Record<string | number, unknown>, MaybeOptionalInit<paths[Path], Verb>, MediaType>
>;

/** Every operation by its path, with what it takes and what it answers. */
export interface ApiClient {
  readonly GET: Method<'get'>;
  readonly HEAD: Method<'head'>;
  readonly POST: Method<'post'>;
  readonly PUT: Method<'put'>;
  readonly PATCH: Method<'patch'>;
  readonly DELETE: Method<'delete'>;
}

export interface ApiClientOptions {
  /** Where the server is; a page of its own leaves it out. */
  readonly baseUrl?: string;
  /** Asked before every request; undefined where cookies do. */
  readonly accessToken?: () => string | undefined;
  /** In place of the global one. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

export function createApiClient({ baseUrl = '', accessToken, fetch }: ApiClientOptions = {}): ApiClient {
  const client = createClient<paths>({ baseUrl, ...(fetch && { fetch }) });
  client.use({
    onRequest({ request }) {
      const token = accessToken?.();
      if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`);
      return request;
    },
  });
  return client as ApiClient;
}
