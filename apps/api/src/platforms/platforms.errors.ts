import { CodedError, errorKind } from '../common/errors/coded-error.js';

const kinds = {
  notFound: errorKind('platform_not_found', 404, 'There is no such platform'),
  nameTaken: errorKind('platform_name_taken', 409, 'The name is taken'),
  hasTickets: errorKind('platform_has_tickets', 409, 'The platform still has tickets'),
};

export const platformErrors = {
  notFound: () => new CodedError(kinds.notFound, 'There is no platform of this name.'),
  nameTaken: (name: string) => new CodedError(kinds.nameTaken, `A platform named ${name} exists already.`),
  hasTickets: (tickets: number) =>
    new CodedError(
      kinds.hasTickets,
      `${tickets} tickets belong to it. Delete them first, or repeat with ?cascade=true.`,
      {
        members: { tickets },
      },
    ),
};
