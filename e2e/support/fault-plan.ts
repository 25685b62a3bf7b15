import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Fault {
  /** Regular expression over steps such as `fsync uploads/<id>`, `rename uploads/<id>`, `s3 PUT bytes` or `commit`. */
  readonly step: string;
  /** Which of the matching steps, counted from 1; 0 hits none (or all, where it is lasting). */
  readonly nth: number;
  /** `stop`: the process stands still from there until SIGCONT; after the step only where that is a call that is waited for. */
  readonly action: 'kill' | 'stop' | 'cut' | 'EIO' | 'ENOSPC' | 'EROFS';
  /** For kills and stops; a failing call is never made. */
  readonly when?: 'before' | 'after';
  /** Also every later step that matches. */
  readonly isLasting?: boolean;
}

/** Tells a server that was started with `environment` at which step something is to happen. */
export class FaultPlan {
  private readonly directory = mkdtempSync(join(tmpdir(), 'logs-collector-faults-'));
  private readonly path = join(this.directory, 'plan');
  private version = 0;

  get environment(): Record<string, string> {
    const preload = pathToFileURL(join(import.meta.dirname, 'fault-points.mjs')).href;
    return { NODE_OPTIONS: `--import=${preload}`, FAULT_PLAN: this.path };
  }

  /** Counting begins anew. */
  set(fault: Fault): void {
    rmSync(`${this.path}.trace`, { force: true });
    this.version += 1;
    writeFileSync(this.path, JSON.stringify({ ...fault, version: this.version }));
  }

  clear(): void {
    rmSync(this.path, { force: true });
  }

  /** The matching steps since the last `set`, in order. */
  steps(): string[] {
    try {
      return readFileSync(`${this.path}.trace`, 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
