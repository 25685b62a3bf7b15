import { Injectable } from '@nestjs/common';
import type { Archive } from '../archive.entity.js';

/** Which uploads are being made into archives in this process at this moment. */
@Injectable()
export class RunningFinishes {
  private readonly running = new Map<string, Promise<Archive>>();

  has(uploadId: string): boolean {
    return this.running.has(uploadId);
  }

  /** Those who come while it runs get the same result. */
  run(uploadId: string, work: () => Promise<Archive>): Promise<Archive> {
    const running = this.running.get(uploadId);
    if (running) return running;
    const run = work().finally(() => this.running.delete(uploadId));
    this.running.set(uploadId, run);
    return run;
  }

  /** Resolves when it has ended, in whichever way. */
  async whenEnded(uploadId: string): Promise<void> {
    await this.running.get(uploadId)?.catch(() => undefined);
  }
}
