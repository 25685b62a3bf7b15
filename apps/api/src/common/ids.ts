import { randomBytes, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from './clock.js';

const MAX_COUNTER = 0xfff;
/** A counter begins in the lower half, so that thousands more fit into its millisecond. */
const COUNTER_BEGINS_BELOW = 0x800;

/** Identifiers and secrets. Ids of one process sort in the order of their making; secrets tell nothing. */
@Injectable()
export class Ids {
  private lastTime = 0;
  private counter = 0;

  constructor(private readonly clock: Clock) {}

  /** A UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, 12 of a counter (§6.2, method 1), then random. */
  next(): string {
    const now = this.clock.now();
    this.counter = now === this.lastTime ? Math.min(this.counter + 1, MAX_COUNTER) : randomInt(COUNTER_BEGINS_BELOW);
    this.lastTime = now;
    const bytes = randomBytes(16);
    bytes.writeUIntBE(now, 0, 6);
    bytes.writeUInt16BE(0x7000 | this.counter, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  /** `count` random bytes. */
  bytes(count: number): Buffer {
    return randomBytes(count);
  }

  /** `bytes` random bytes, URL-safe. */
  secret(bytes: number): string {
    return randomBytes(bytes).toString('base64url');
  }
}
