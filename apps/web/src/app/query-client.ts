import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { meQuery } from '../features/account/api/get-me.js';
import { ApiProblem } from '../lib/api-problem.js';

const FRESH_MS = 10_000;
const MAX_RETRIES = 2;
/** The login is over; other 401s are about what was typed into a form. */
const LOGIN_ENDED = ['unauthenticated', 'invalid_token'];

/** A refusal is an answer; only a server that is away is asked again. */
function mayRetry(failures: number, error: Error): boolean {
  return failures < MAX_RETRIES && !(error instanceof ApiProblem && error.status < 500);
}

/** Whoever is refused for want of a login asks who is logged in, and the answer leads to the login. */
function noticeEndOfLogin(error: Error): void {
  if (error instanceof ApiProblem && LOGIN_ENDED.includes(error.code)) void queryClient.invalidateQueries(meQuery);
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => queryKey[0] !== meQuery.queryKey[0] && noticeEndOfLogin(error),
  }),
  mutationCache: new MutationCache({ onError: noticeEndOfLogin }),
  defaultOptions: {
    // Without a line a question fails and says so; it does not wait in silence until there is one.
    queries: { staleTime: FRESH_MS, retry: mayRetry, networkMode: 'always', refetchOnReconnect: true },
    mutations: { retry: false, networkMode: 'always' },
  },
});
