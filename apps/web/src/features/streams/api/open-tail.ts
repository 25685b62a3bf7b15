import { type LogSource, paramsOf } from '../../../components/streams/log-source.js';
import { ApiProblem } from '../../../lib/api-problem.js';
import { sessionFetch } from '../../../lib/session-fetch.js';

/**
 * Opens the live log of an app or a site: text as it comes, ended after an hour or with the login. Throws
 * {@link ApiProblem} where it is refused.
 */
export async function openTail(source: LogSource, lines: number, signal: AbortSignal): Promise<ReadableStream<string>> {
  const query = paramsOf(source);
  query.set('lines', String(lines));
  const url = new URL(`/api/v1/drains/tail?${query}`, window.location.origin);
  const response = await sessionFetch(new Request(url, { headers: { Accept: 'text/plain' }, signal }));
  if (!response.ok || !response.body) throw new ApiProblem(await problemOf(response), response);
  return response.body.pipeThrough(new TextDecoderStream());
}

async function problemOf(response: Response): Promise<object | undefined> {
  try {
    return (await response.json()) as object;
  } catch {
    return undefined;
  }
}
