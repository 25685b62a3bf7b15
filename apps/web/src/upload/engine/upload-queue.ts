import type { UploadSource } from '../sources/upload-source.js';
import { isUnderWay, isUnfinished, type Upload } from './upload-state.js';

/** More at once only share the same line. */
const PARALLEL = 3;

/** The uploads that take a free place now, oldest first. */
export function startable(uploads: readonly Upload[]): readonly Upload[] {
  const free = PARALLEL - uploads.filter(isUnderWay).length;
  return uploads.filter(({ phase }) => phase.name === 'queued').slice(0, Math.max(0, free));
}

/** What is not sent, and why; said before its first byte. */
export type Unsent =
  | { readonly reason: 'empty'; readonly name: string; readonly kind: UploadSource['kind'] }
  | { readonly reason: 'too_large'; readonly name: string; readonly size: number; readonly limit: number }
  | { readonly reason: 'already'; readonly name: string }
  /** The system lets nobody read something of it. */
  | { readonly reason: 'unreadable' }
  | { readonly reason: 'too_many'; readonly sources: readonly UploadSource[]; readonly left: number };

export interface Allowance {
  /** Uploads that the link still allows. */
  readonly attempts: number;
  readonly maxBytes: number;
}

export interface Admission {
  readonly accepted: readonly UploadSource[];
  readonly unsent: readonly Unsent[];
}

/** Which of the chosen may be sent. All or none where the link has not enough uploads left: which, a person decides. */
export function admit(sources: readonly UploadSource[], uploads: readonly Upload[], allowance: Allowance): Admission {
  const unsent: Unsent[] = [];
  const fitting = sources.filter((source) => {
    const reason = unfit(source, uploads, allowance.maxBytes);
    if (reason) unsent.push(reason);
    return !reason;
  });
  const left = Math.max(0, allowance.attempts - uploads.filter(isUnfinished).length);
  if (fitting.length <= left) return { accepted: fitting, unsent };
  return { accepted: [], unsent: [...unsent, { reason: 'too_many', sources: fitting, left }] };
}

function unfit(source: UploadSource, uploads: readonly Upload[], maxBytes: number): Unsent | undefined {
  const { name, kind, blob, files, fingerprint } = source;
  if (blob.size === 0 || files.length === 0) return { reason: 'empty', name, kind };
  if (blob.size > maxBytes) return { reason: 'too_large', name, size: blob.size, limit: maxBytes };
  const isSame = (upload: Upload): boolean => upload.name === name && upload.fingerprint === fingerprint;
  return uploads.some((upload) => isSame(upload) && isUnfinished(upload)) ? { reason: 'already', name } : undefined;
}

/** How much of everything has left, from 0 to 1; what is given up does not count. */
export function shareOfAll(uploads: readonly Upload[]): number {
  const counted = uploads.filter((upload) => isUnfinished(upload) || upload.phase.name === 'stored');
  const size = counted.reduce((sum, upload) => sum + upload.size, 0);
  return size === 0 ? 0 : counted.reduce((sum, upload) => sum + upload.sentBytes, 0) / size;
}
