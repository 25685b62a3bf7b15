import { commonErrors } from '../errors/common.errors.js';

export const DEFAULT_LIMIT = 1_000;
/** Totals beyond this are not counted exactly (contract: X-Total-Count-Exact). */
export const MAX_EXACT_COUNT = 10_000;

/** What a client asks of a list. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

/** One page of a list, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Present when there is more. */
  readonly nextCursor?: string;
  readonly total: { readonly count: number; readonly isExact: boolean };
}

/** A place in a list ordered by (key, id). */
export interface CursorPosition {
  readonly key: string | number;
  readonly id: string;
}

/** Cursors are opaque to clients and hold nothing secret. */
export function encodeCursor(position: CursorPosition): string {
  return Buffer.from(JSON.stringify([position.key, position.id])).toString('base64url');
}

/** The place that a cursor names in a list ordered by a text, or by a number. */
export function decodeCursor(cursor: string, isTextKey: boolean): CursorPosition {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const [key, id]: unknown[] = Array.isArray(position) ? position : [];
    const isKey = isTextKey ? isPlainText(key) : Number.isSafeInteger(key);
    if (isKey && isPlainText(id)) return { key: key as string | number, id };
  } catch {
    // Fall through: whatever was wrong with it, the client is told the same.
  }
  throw commonErrors.badRequest('The cursor is not one that a list answered.');
}

function isPlainText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

/** A list that is short by its nature and is answered as a whole. */
export function wholePage<T>(items: readonly T[]): Page<T> {
  return { items, total: { count: items.length, isExact: true } };
}

export function mapPage<A, B>(page: Page<A>, map: (item: A) => B): Page<B> {
  return { ...page, items: page.items.map(map) };
}
