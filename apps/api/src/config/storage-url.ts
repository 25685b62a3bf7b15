import { fileURLToPath } from 'node:url';

export interface StorageTarget {
  readonly kind: 'file';
  readonly path: string;
}

/** `file:///absolute/path`. */
export function parseStorageUrl(text: string): StorageTarget {
  if (!URL.canParse(text) || new URL(text).protocol !== 'file:') throw new RangeError('must be file:///path');
  return { kind: 'file', path: fileURLToPath(text) };
}
