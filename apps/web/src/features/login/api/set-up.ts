import type { Schema } from '@logs-collector/api-client/client';
import { queryOptions, useMutation } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { ApiProblem } from '../../../lib/api-problem.js';

/** Creates the first administrator and logs in with cookies. */
export function useSetUp() {
  return useMutation({
    mutationFn: (body: Schema<'FirstAdministratorBody'>) =>
      bodyOf(api.POST('/api/v1/setup', { params: { query: { cookie: '1' } }, body })),
  });
}

/** Once there is a user the API answers 404 to whatever is sent, so a body that can create nobody tells. */
const NOBODY = { code: '', username: '', password: '' };

export const isSetUpQuery = queryOptions({
  queryKey: ['set-up'],
  queryFn: async () => {
    const { error, response } = await api.POST('/api/v1/setup', { body: NOBODY });
    if (response.status >= 500) throw new ApiProblem(error, response);
    return response.status === 404;
  },
  retry: false,
  staleTime: Number.POSITIVE_INFINITY,
});
