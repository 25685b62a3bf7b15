import { readStored, writeStored } from '../../lib/browser-store.js';
import type { UploadSource } from '../sources/upload-source.js';
import { UNFINISHED_UPLOADS } from '../traces.js';

/** An upload that has begun, as it is remembered over a reload. Without the token none of this is of use. */
export interface RememberedUpload {
  readonly id: string;
  readonly ticket: string;
  readonly kind: UploadSource['kind'];
  readonly name: string;
  readonly size: number;
  readonly fingerprint: string;
  /** The secret by which the server finds the upload where its address got lost. */
  readonly key: string;
  /** Its id over there, once told. */
  readonly remoteId: string | undefined;
  readonly safeBytes: number;
  readonly savedAt: number;
}

/** The server keeps bytes about as long. */
const KEPT_MS = 7 * 24 * 60 * 60_000;
const KEY_BYTES = 20;

/** Unfinished uploads in the browser's store; where it keeps nothing they last as long as the page. */
export class UploadMemory {
  list(ticket: string): readonly RememberedUpload[] {
    return this.#read().filter((upload) => upload.ticket === ticket);
  }

  save(upload: RememberedUpload): void {
    this.#write([...this.#read().filter(({ id }) => id !== upload.id), upload]);
  }

  remove(id: string): void {
    this.#write(this.#read().filter((upload) => upload.id !== id));
  }

  #read(): readonly RememberedUpload[] {
    try {
      const stored: unknown = JSON.parse(readStored('localStorage', UNFINISHED_UPLOADS) ?? '[]');
      const uploads = Array.isArray(stored) ? stored.filter(isRemembered) : [];
      return uploads.filter(({ savedAt }) => savedAt > Date.now() - KEPT_MS);
    } catch {
      return [];
    }
  }

  #write(uploads: readonly RememberedUpload[]): void {
    writeStored('localStorage', UNFINISHED_UPLOADS, uploads.length === 0 ? null : JSON.stringify(uploads));
  }
}

/** The one that goes on with this very source. */
export function findRemembered(
  source: UploadSource,
  remembered: readonly RememberedUpload[],
): RememberedUpload | undefined {
  return remembered.find(
    ({ kind, name, size, fingerprint }) =>
      kind === source.kind && name === source.name && size === source.blob.size && fingerprint === source.fingerprint,
  );
}

/** Also where there is no Web Crypto but this part of it: on plain http. */
export function newSecret(): string {
  return [...crypto.getRandomValues(new Uint8Array(KEY_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

function isRemembered(value: unknown): value is RememberedUpload {
  if (typeof value !== 'object' || value === null) return false;
  const { id, ticket, name, size, fingerprint, key, safeBytes, savedAt } = value as Record<string, unknown>;
  return (
    [id, ticket, name, fingerprint, key].every((text) => typeof text === 'string') &&
    [size, safeBytes, savedAt].every((number) => typeof number === 'number')
  );
}
