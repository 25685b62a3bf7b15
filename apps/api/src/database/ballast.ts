import { randomBytes } from 'node:crypto';
import { statSync, unlinkSync } from 'node:fs';
import { open, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '@logs-collector/runtime/error-code';
import { Logger } from '@nestjs/common';

const SIZE_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
/** On a smaller volume the ballast itself would be what fills it. */
const LEAST_VOLUMES = 10;
/** So that what is made is not at once what is missing. */
const LEAST_FREE_SIZES = 2;

export interface Volume {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/**
 * A file without a meaning beside the SQLite database, thrown away when the volume is full: then the rows of a login, a
 * download and a deletion still find room, and with the deletion comes more. Uploads cannot take that room, as they
 * leave MIN_FREE_BYTES alone.
 */
export class Ballast {
  private readonly logger = new Logger('database');
  private readonly path: string;
  private lastNote = '';

  constructor(
    directory: string,
    private readonly volume: () => Promise<Volume> = () => volumeOf(directory),
    private readonly sizeBytes = SIZE_BYTES,
  ) {
    this.path = join(directory, 'ballast');
  }

  /** Answers whether there was one to throw away. */
  release(): boolean {
    try {
      unlinkSync(this.path);
    } catch {
      return false;
    }
    this.logger.error({ msg: 'the volume of the database is full; the ballast was thrown away, make room now' });
    return true;
  }

  /** Makes it where it is missing and the volume can spare it; does nothing otherwise, and fails never. */
  async restore(): Promise<void> {
    if (this.isWhole()) return;
    try {
      const { totalBytes, freeBytes } = await this.volume();
      if (totalBytes < LEAST_VOLUMES * this.sizeBytes) return this.note('no ballast: the volume is too small for one');
      if (freeBytes < LEAST_FREE_SIZES * this.sizeBytes) return this.note('no ballast: too little space is free');
      await this.make();
      this.note('the ballast for a full volume was made');
    } catch (error) {
      this.note(`no ballast: it could not be written (${errorCode(error) ?? 'unknown'})`);
    }
  }

  private isWhole(): boolean {
    return statSync(this.path, { throwIfNoEntry: false })?.size === this.sizeBytes;
  }

  /** Written out with bytes that no file system can leave away, which a file that was only made long is not. */
  private async make(): Promise<void> {
    const temporary = `${this.path}.tmp`;
    try {
      const file = await open(temporary, 'w', 0o600);
      try {
        const piece = randomBytes(Math.min(PIECE_BYTES, this.sizeBytes));
        for (let written = 0; written < this.sizeBytes; written += piece.length) await file.writeFile(piece);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Says the same once only, however often it is found. */
  private note(msg: string): void {
    if (msg !== this.lastNote) this.logger.log({ msg, size_bytes: this.sizeBytes });
    this.lastNote = msg;
  }
}

export async function volumeOf(directory: string): Promise<Volume> {
  const { blocks, bavail, bsize } = await statfs(directory);
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}
