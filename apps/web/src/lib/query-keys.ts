/** Under which names what the API answered is kept, where more than one feature has to know them. */
export const ticketKeys = {
  lists: ['tickets'],
  one: (number: string) => ['ticket', number],
  view: (number: string) => ['ticket', number, 'view'],
  tokens: (number: string) => ['ticket', number, 'tokens'],
  uploads: (number: string) => ['ticket', number, 'uploads'],
  timeline: (number: string) => ['ticket', number, 'timeline'],
  captures: (number: string) => ['ticket', number, 'captures'],
  replays: (number: string) => ['ticket', number, 'replays'],
} as const;

export const archiveKeys = {
  lists: ['archives'],
  ofTicket: (number: string) => ['archives', 'ticket', number],
} as const;
