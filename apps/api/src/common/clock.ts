import { Injectable } from '@nestjs/common';

/** The present time, injected so that rules and tests can be given another. */
@Injectable()
export class Clock {
  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now();
  }
}
