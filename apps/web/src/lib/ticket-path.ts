/** The address of a ticket's page. */
export function ticketPath(number: string): string {
  return `/tickets/${encodeURIComponent(number)}`;
}
