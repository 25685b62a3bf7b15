import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patternedBytes } from '../../support/bytes.ts';

const MIB = 1024 * 1024;
const MARK_DISTANCE = 64 * MIB;

export interface SampleFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
}

/** Real files in a directory of their own, as a customer has them on disk. */
export class SampleFiles {
  readonly directory = mkdtempSync(join(tmpdir(), 'logs-collector-web-'));

  make(name: string, size: number, seed = 1): SampleFile {
    const path = join(this.directory, name);
    writeFileSync(path, patternedBytes(Math.min(size, MIB), seed));
    const descriptor = openSync(path, 'a');
    for (let written = MIB; written < size; written += MIB) {
      writeSync(descriptor, patternedBytes(Math.min(MIB, size - written), seed + ((written / MIB) % 200)));
    }
    closeSync(descriptor);
    return { name, path, size };
  }

  /** Takes little space on disk: zeros with a mark of its own every 64 MiB, so that no part can take another's place. */
  makeSparse(name: string, size: number): SampleFile {
    const path = join(this.directory, name);
    const descriptor = openSync(path, 'w');
    ftruncateSync(descriptor, size);
    for (let at = 0; at < size; at += MARK_DISTANCE) writeSync(descriptor, Buffer.from(`mark at ${at}\n`), 0, null, at);
    closeSync(descriptor);
    return { name, path, size };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
