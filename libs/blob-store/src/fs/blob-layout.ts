import { join } from 'node:path';
import { assertBlobKey, isBlobKey } from '../blob-key.js';

const SIDECAR_ENDING = '.json';
const PARTIAL_FILE = /^(\d{1,16})(?:\.([0-9a-f]{16}))?$/;
const QUARANTINED = /^(\d{1,16})\.([0-9a-z-]+)(\.json)?$/;

/**
 * Where things lie under the root:
 *
 *     uploads/<partial>/<epoch>             its bytes while nobody writes; the highest epoch counts (partial-files.ts)
 *     uploads/<partial>/<epoch>.<process>   the same while a process has them
 *     blobs/<2>/<2>/<key>  <key>.json       directories after the last four characters of the key
 *     quarantine/<ms>.<key>  <ms>.<key>.json
 *
 * The last characters of a key and not the first, because the first ones of a time-ordered UUID stay the same for
 * weeks. The time of quarantine is in the name, where it changes together with the place and survives a restored
 * backup; a file's own times do neither.
 */
export class BlobLayout {
  readonly uploads: string;
  readonly blobs: string;
  readonly quarantine: string;

  constructor(readonly root: string) {
    this.uploads = join(root, 'uploads');
    this.blobs = join(root, 'blobs');
    this.quarantine = join(root, 'quarantine');
  }

  /** The directory of a partial. */
  partial(partial: string): string {
    assertBlobKey(partial);
    return join(this.uploads, partial);
  }

  /** @param holder the process that has it. */
  partialFile(partial: string, epoch: number, holder?: string): string {
    return join(this.partial(partial), holder === undefined ? `${epoch}` : `${epoch}.${holder}`);
  }

  parsePartialFile(name: string): { epoch: number; holder: string | undefined } | undefined {
    const match = PARTIAL_FILE.exec(name);
    return match === null ? undefined : { epoch: Number(match[1]), holder: match[2] };
  }

  /** The two directories above a blob, the outer one first. */
  directories(key: string): [outer: string, inner: string] {
    assertBlobKey(key);
    const outer = join(this.blobs, key.slice(-4, -2));
    return [outer, join(outer, key.slice(-2))];
  }

  blob(key: string): string {
    const [, inner] = this.directories(key);
    return join(inner, key);
  }

  sidecar(key: string): string {
    return this.blob(key) + SIDECAR_ENDING;
  }

  quarantined(key: string, at: number): { blob: string; sidecar: string } {
    assertBlobKey(key);
    const blob = join(this.quarantine, `${at}.${key}`);
    return { blob, sidecar: blob + SIDECAR_ENDING };
  }

  parseQuarantined(name: string): { at: number; isSidecar: boolean } | undefined {
    const match = QUARANTINED.exec(name);
    return match === null ? undefined : { at: Number(match[1]), isSidecar: match[3] !== undefined };
  }

  /** Whether a file of this name in this directory is a blob that `blob` would find there. */
  isBlobAt(directory: string, name: string): boolean {
    return isBlobKey(name) && this.blob(name) === join(directory, name);
  }
}
