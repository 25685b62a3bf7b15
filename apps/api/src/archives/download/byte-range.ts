/** Half-open, in bytes. */
export interface Slice {
  readonly start: number;
  readonly end: number;
}

export type RangeAnswer =
  | { readonly kind: 'whole' }
  | { readonly kind: 'slice'; readonly slice: Slice }
  | { readonly kind: 'unsatisfiable' };

/**
 * What a Range field asks for (RFC 9110 §14.2). A field that is malformed, of another unit, or names several ranges is
 * ignored, as the RFC allows: then the whole is answered.
 */
export function rangeOf(field: string | undefined, size: number): RangeAnswer {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(field?.replace(/\s/g, '') ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return { kind: 'whole' };
  if (first === '') return suffixOf(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  return start < size ? { kind: 'slice', slice: { start, end } } : { kind: 'unsatisfiable' };
}

function suffixOf(length: number, size: number): RangeAnswer {
  if (length === 0) return { kind: 'unsatisfiable' };
  return { kind: 'slice', slice: { start: Math.max(0, size - length), end: size } };
}

/** Whether `If-Range` lets a range through: it has to name our strong tag; a date never does, as we answer none. */
export function passesIfRange(ifRange: string | undefined, tag: string): boolean {
  return ifRange === undefined || ifRange.trim() === tag;
}
