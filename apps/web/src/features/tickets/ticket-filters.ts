import { placeOf } from '../../lib/paging.js';

export const STATES = ['open', 'resolved', 'all'] as const;
export const PERIODS = ['any', 'day', 'week', 'month'] as const;
export const ORDERS = ['-time_update', '-time_create', 'time_create', '-number', 'number'] as const;

/** How the list of tickets is narrowed; kept in the address, so that a list can be sent to a colleague. */
export interface TicketFilters {
  readonly search: string;
  readonly platform: string | undefined;
  readonly state: (typeof STATES)[number];
  readonly isMine: boolean;
  /** Of the ticket's making. */
  readonly period: (typeof PERIODS)[number];
  readonly order: (typeof ORDERS)[number];
  readonly cursor: string | undefined;
}

/** What is not in the address: open tickets, those in which something happened last first. */
export const DEFAULTS: TicketFilters = {
  search: '',
  platform: undefined,
  state: 'open',
  isMine: false,
  period: 'any',
  order: '-time_update',
  cursor: undefined,
};

const DAY_MS = 86_400_000;
const PERIOD_MS = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;

function oneOf<Value extends string>(values: readonly Value[], given: string | null, otherwise: Value): Value {
  return values.find((value) => value === given) ?? otherwise;
}

export function filtersOf(params: URLSearchParams): TicketFilters {
  return {
    search: params.get('search') ?? '',
    platform: params.get('platform') ?? undefined,
    state: oneOf(STATES, params.get('state'), DEFAULTS.state),
    isMine: params.get('mine') === 'true',
    period: oneOf(PERIODS, params.get('period'), DEFAULTS.period),
    order: oneOf(ORDERS, params.get('order'), DEFAULTS.order),
    cursor: placeOf(params).cursor,
  };
}

/** The address of other filters: always the first page, and what is usual is left out. */
export function paramsOf(filters: TicketFilters): URLSearchParams {
  const params = new URLSearchParams();
  if (filters.search) params.set('search', filters.search);
  if (filters.platform) params.set('platform', filters.platform);
  if (filters.state !== DEFAULTS.state) params.set('state', filters.state);
  if (filters.isMine) params.set('mine', 'true');
  if (filters.period !== DEFAULTS.period) params.set('period', filters.period);
  if (filters.order !== DEFAULTS.order) params.set('order', filters.order);
  return params;
}

/** How many choices beside the search narrow the list. */
export function countNarrowing({ platform, state, isMine, period }: TicketFilters): number {
  return [platform !== undefined, state !== DEFAULTS.state, isMine, period !== DEFAULTS.period].filter(Boolean).length;
}

/** Whether anything but the order hides tickets. */
export function isNarrowed(filters: TicketFilters): boolean {
  return filters.search !== '' || filters.platform !== undefined || filters.isMine || filters.period !== 'any';
}

/** What the API is asked. */
export function queryOf(filters: TicketFilters, username: string, now: number) {
  return {
    ordering: filters.order,
    ...(filters.search.trim() && { search: filters.search.trim() }),
    ...(filters.platform && { platform: filters.platform }),
    ...(filters.state !== 'all' && { resolved: filters.state === 'resolved' }),
    ...(filters.isMine && { user: username }),
    ...(filters.period !== 'any' && {
      time_create__gte: new Date(now - PERIOD_MS[filters.period]).toISOString(),
    }),
    ...(filters.cursor && { cursor: filters.cursor }),
  };
}
