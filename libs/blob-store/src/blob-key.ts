import { BlobStoreError } from './blob-store-error.js';

const KEY = /^[0-9a-z-]{4,128}$/;

/**
 * Keys become file names and object names. With no dot, slash or NUL in the alphabet no key can leave its directory,
 * and none can collide with the names stores make for themselves, which all contain a dot.
 */
export function isBlobKey(name: string): boolean {
  return KEY.test(name);
}

export function assertBlobKey(key: string): void {
  if (!isBlobKey(key)) {
    // The key itself stays out of the message: what fails here may be a customer's text.
    throw new BlobStoreError('invalid_key', 'a key has 4 to 128 characters out of 0-9, a-z and "-"');
  }
}
