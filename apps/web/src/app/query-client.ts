import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../lib/api-problem.js';

const FRESH_MS = 10_000;
const MAX_RETRIES = 2;

/** A refusal is an answer; only a server that is away is asked again. */
function mayRetry(failures: number, error: Error): boolean {
  return failures < MAX_RETRIES && !(error instanceof ApiProblem && error.status < 500);
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: FRESH_MS, retry: mayRetry }, mutations: { retry: false } },
});
