import { numberKey } from './ticket.rules.js';
import type { TicketQuery } from './tickets.dto.js';
import type { TicketFilter } from './tickets.repository.js';

const MAX_WORDS = 10;

/** What a query string asks for; the platform is looked up by the caller. */
export function ticketFilterOf(query: TicketQuery, platformId: string | undefined): TicketFilter {
  return {
    numbers: listOf(query.number__in ?? query.number),
    numberContains: query.number__contains,
    numberKeyFrom: query.number__gte === undefined ? undefined : numberKey(query.number__gte),
    numberKeyTo: query.number__lte === undefined ? undefined : numberKey(query.number__lte),
    ids: listOf(query.id__in ?? query.id),
    idFrom: query.id__gte,
    idTo: query.id__lte,
    resolved: query.resolved,
    username: query.user,
    platformId,
    words: query.search?.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MAX_WORDS),
    createdFrom: query.time_create__gte === undefined ? undefined : Date.parse(query.time_create__gte),
    createdTo: query.time_create__lte === undefined ? undefined : Date.parse(query.time_create__lte),
  };
}

function listOf(text: string | undefined): string[] | undefined {
  return text?.split(',').map((item) => item.trim());
}
