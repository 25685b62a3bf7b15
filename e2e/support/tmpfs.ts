import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small volume of its own, which a test can fill to the last byte. Only root may mount one. */
export class Tmpfs {
  private constructor(readonly directory: string) {}

  static mount(sizeMib: number): Tmpfs {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-volume-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', directory], { stdio: 'pipe' });
    } catch (error) {
      rmSync(directory, { recursive: true });
      throw error;
    }
    return new Tmpfs(directory);
  }

  /** Takes every byte that is left, with a file of that name. */
  fill(name = 'filler'): void {
    const file = openSync(join(this.directory, name), 'w');
    let piece = Buffer.alloc(1024 * 1024, 'x');
    while (piece.length > 0) {
      try {
        writeSync(file, piece);
      } catch {
        piece = piece.subarray(0, Math.floor(piece.length / 2));
      }
    }
    closeSync(file);
  }

  remove(name = 'filler'): void {
    rmSync(join(this.directory, name));
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.directory]);
    rmSync(this.directory, { recursive: true });
  }
}

export function canMount(): boolean {
  try {
    Tmpfs.mount(1).unmount();
    return true;
  } catch {
    return false;
  }
}
