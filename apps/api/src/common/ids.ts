import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from './clock.js';

/** Identifiers and secrets. Ids sort by the time of their making; secrets tell nothing. */
@Injectable()
export class Ids {
  constructor(private readonly clock: Clock) {}

  /** A UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then random. */
  next(): string {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(this.clock.now(), 0, 6);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
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
