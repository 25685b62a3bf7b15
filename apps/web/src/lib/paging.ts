/** The place in a list that is read page by page, as the address keeps it. */
export interface Place {
  /** The first is 1. */
  readonly page: number;
  readonly cursor: string | undefined;
}

export const FIRST: Place = { page: 1, cursor: undefined };

export function placeOf(params: URLSearchParams): Place {
  const cursor = params.get('cursor') ?? undefined;
  const page = Number(params.get('page'));
  return cursor === undefined ? FIRST : { cursor, page: Number.isSafeInteger(page) && page > 1 ? page : 2 };
}

export function setPlace(params: URLSearchParams, { page, cursor }: Place): void {
  params.delete('page');
  params.delete('cursor');
  if (cursor === undefined) return;
  params.set('page', String(page));
  params.set('cursor', cursor);
}
