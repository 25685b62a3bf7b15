import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../../../lib/api.js';
import { ticketKeys } from '../../../lib/query-keys.js';

export function ticketQuery(number: string) {
  return queryOptions({
    queryKey: ticketKeys.view(number),
    queryFn: () => bodyOf(api.GET('/api/v1/tickets/{number}', { params: { path: { number } } })),
  });
}
