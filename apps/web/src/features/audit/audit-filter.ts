/** What the trail is narrowed by, as it stands in the page's address. */
export interface AuditFilter {
  readonly actor?: string;
  /** An action, or the beginning of some: `ticket.`. */
  readonly action?: string;
  readonly kind?: string;
  /** Id or name of the subject. */
  readonly target?: string;
  /** Days of the viewer's calendar, both included: `2025-11-20`. */
  readonly from?: string;
  readonly to?: string;
  /** Where a later page begins. */
  readonly cursor?: string;
}

const NAMES = [
  'actor',
  'action',
  'kind',
  'target',
  'from',
  'to',
  'cursor',
] as const satisfies readonly (keyof AuditFilter)[];

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function filterOf(parameters: URLSearchParams): AuditFilter {
  const entries = NAMES.map((name) => [name, parameters.get(name)?.trim()] as const);
  return Object.fromEntries(
    entries.filter(([name, value]) => value && (!(name === 'from' || name === 'to') || isDay(value))),
  );
}

/** The page's address for a filter; a changed one begins at the first page again. */
export function parametersOf(filter: AuditFilter): URLSearchParams {
  return new URLSearchParams(NAMES.flatMap((name) => (filter[name] ? [[name, filter[name]]] : [])));
}

/** The filter with some of it changed, from its first page. */
export function changed(filter: AuditFilter, change: Partial<AuditFilter>): AuditFilter {
  const { cursor: _, ...rest } = filter;
  return { ...rest, ...change };
}

/** As the API takes it. */
export function apiQueryOf({ actor, action, kind, target, from, to, cursor }: AuditFilter) {
  return {
    ...(actor && { actor }),
    ...(action && { action }),
    ...(kind && { target_kind: kind }),
    ...(target && { target }),
    ...(from && { time__gte: beginOf(from).toISOString() }),
    ...(to && { time__lte: endOf(to).toISOString() }),
    ...(cursor && { cursor }),
  };
}

/** Where a browser downloads all that the filter lets through. */
export function exportHref(filter: AuditFilter, format: 'csv' | 'jsonl'): string {
  const { cursor: _, ...query } = apiQueryOf(filter);
  return `/api/v1/audit?${new URLSearchParams({ ...query, format })}`;
}

function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(beginOf(text).getTime());
}

function beginOf(day: string): Date {
  return new Date(`${day}T00:00:00`);
}

function endOf(day: string): Date {
  return new Date(`${day}T23:59:59.999`);
}
