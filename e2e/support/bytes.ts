import { createCipheriv, createHash } from 'node:crypto';

/** `length` bytes that look random and are the same in every run, so that a failure can be repeated. */
export function patternedBytes(length: number, seed = 1): Buffer<ArrayBuffer> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  return Buffer.from(cipher.update(Buffer.alloc(length)));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
