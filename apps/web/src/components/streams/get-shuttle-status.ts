import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../lib/api.js';

const REFRESH_MS = 5_000;

/** Whether the log shuttle is there; asked again until it is. */
export const shuttleStatusQuery = queryOptions({
  queryKey: ['shuttle-status'],
  queryFn: () => bodyOf(api.GET('/api/v1/drains/status')),
  refetchInterval: ({ state }) => (state.data?.state === 'ready' ? false : REFRESH_MS),
});
