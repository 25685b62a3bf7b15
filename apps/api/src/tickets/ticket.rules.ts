/** 1–64 letters, digits and `-_.`, beginning with a letter or a digit. */
export const TICKET_NUMBER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const DIGITS = 64;

/** A text whose byte order is the order people expect of ticket numbers: `SUP-9` before `SUP-10`, 9 before 10. */
export function numberKey(number: string): string {
  return number.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(DIGITS, '0'));
}

export function searchTextOf(number: string, note: string): string {
  return `${number}\n${note}`.toLowerCase();
}

/** Columns by which lists may be ordered, with the property that carries the order. */
export const TICKET_ORDERINGS = {
  number: 'numberKey',
  time_create: 'timeCreate',
  time_update: 'timeUpdate',
  id: 'id',
} as const;

export interface TicketOrder {
  readonly column: (typeof TICKET_ORDERINGS)[keyof typeof TICKET_ORDERINGS];
  readonly descending: boolean;
}

/** `number`, `-time_create`…; undefined where the text names no such order. */
export function parseOrdering(text: string | undefined): TicketOrder | undefined {
  if (text === undefined || text === '') return { column: 'timeCreate', descending: true };
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  const column = Object.entries(TICKET_ORDERINGS).find(([known]) => known === name)?.[1];
  return column && { column, descending };
}
