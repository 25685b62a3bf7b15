import { CodedError, errorKind } from '../common/errors/coded-error.js';

const kinds = {
  notFound: errorKind('ticket_not_found', 404, 'There is no such ticket'),
  numberTaken: errorKind('ticket_number_taken', 409, 'The number is taken'),
};

export const ticketErrors = {
  notFound: () => new CodedError(kinds.notFound, 'There is no ticket of this number.'),
  numberTaken: (number: string) => new CodedError(kinds.numberTaken, `A ticket numbered ${number} exists already.`),
};
