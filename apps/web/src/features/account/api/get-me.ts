import type { Schema } from '@logs-collector/api-client/client';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => bodyOf(api.GET('/api/v1/auth/me')),
});

/** Who is logged in, inside the shell, which does not render for anybody else. */
export function useMe() {
  return useSuspenseQuery(meQuery).data;
}

/** Whether even reading tickets waits for a second factor to be set up: the policy `always`. */
export function needsSecondFactor({ locked }: Schema<'AccountView'>): boolean {
  return locked.some(
    ({ permission, code }) => permission === 'ticket.read' && code === 'second_factor_enrolment_required',
  );
}
