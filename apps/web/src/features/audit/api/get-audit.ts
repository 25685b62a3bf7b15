import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, pageOf } from '../../../lib/api.js';
import { type AuditFilter, apiQueryOf } from '../audit-filter.js';

const PAGE_SIZE = 50;

export function auditQuery(filter: AuditFilter) {
  return queryOptions({
    queryKey: ['audit', filter],
    queryFn: () => pageOf(api.GET('/api/v1/audit', { params: { query: { ...apiQueryOf(filter), limit: PAGE_SIZE } } })),
    placeholderData: keepPreviousData,
  });
}
