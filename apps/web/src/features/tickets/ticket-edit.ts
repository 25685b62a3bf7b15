/** What of a ticket is edited together. */
export interface TicketNames {
  readonly number: string;
  readonly platform: string;
}

const NAMES = ['number', 'platform'] as const;

/** What is to be sent: only what was changed, so that what a colleague changed elsewhere stays. */
export function changesOf(base: TicketNames, mine: TicketNames): Partial<TicketNames> {
  return Object.fromEntries(NAMES.filter((name) => mine[name] !== base[name]).map((name) => [name, mine[name]]));
}

/** Whether somebody else has changed meanwhile what is changed here too, and to something else. */
export function collides(base: TicketNames, mine: TicketNames, theirs: TicketNames): boolean {
  return NAMES.some((name) => mine[name] !== base[name] && theirs[name] !== base[name] && theirs[name] !== mine[name]);
}
