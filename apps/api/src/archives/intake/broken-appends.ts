import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { Upload } from './upload.entity.js';

const MAX_KNOWN = 10_000;

/** Which uploads were broken off, to tell one that goes on from one that simply comes in several requests. */
@Injectable()
export class BrokenAppends {
  private readonly broken = new Set<string>();
  private readonly startedAt: number;

  constructor(clock: Clock) {
    this.startedAt = clock.now();
  }

  note(uploadId: string): void {
    this.broken.add(uploadId);
    const [oldest] = this.broken;
    if (this.broken.size > MAX_KNOWN && oldest !== undefined) this.broken.delete(oldest);
  }

  /** Whether a request that is about to append goes on with what broke before, here or with an earlier process. */
  goesOn({ id, durableBytes, timeUpdate }: Upload): boolean {
    const wasBroken = this.broken.delete(id);
    return durableBytes > 0 && (wasBroken || timeUpdate < this.startedAt);
  }
}
