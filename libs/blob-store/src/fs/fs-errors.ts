import { BlobStoreError, type BlobStoreErrorCode } from '../blob-store-error.js';

export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** A full disk and a used-up quota are the same to whoever uploads: there is no room. */
export function isNoSpace(error: unknown): boolean {
  return hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');
}

function codeOf(cause: unknown): BlobStoreErrorCode {
  if (isNoSpace(cause)) {
    return 'no_space';
  }
  if (hasCode(cause, 'EROFS')) {
    return 'read_only';
  }
  return hasCode(cause, 'ENOENT') ? 'not_found' : 'io_failed';
}

/** Wraps what the system said; an error that is one of ours already passes through. */
export function toBlobStoreError(cause: unknown, action: string): BlobStoreError {
  return cause instanceof BlobStoreError ? cause : new BlobStoreError(codeOf(cause), `cannot ${action}`, { cause });
}

/** `undefined` in place of a file that is not there. */
export async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return undefined;
    }
    throw error;
  }
}
