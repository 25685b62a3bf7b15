import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { commonErrors } from '../../common/errors/common.errors.js';
import { normalisePassword } from './password.rules.js';
import { type Argon2Cost, formatPhc, isSameCost, parsePhc } from './phc-string.js';

/** OWASP's minimum for Argon2id (RFC 9106): 19 MiB, two passes, one lane. */
const COST: Argon2Cost = { memoryKiB: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** The thread pool has four threads and the bytes of uploads need them too; passwords get two. */
const MAX_RUNNING = 2;
/** Whoever waits behind so many would wait for seconds; better told to come back. */
const MAX_WAITING = 128;
const COME_BACK_AFTER_MS = 2_000;

const argon2Async = promisify(argon2);

export interface PasswordVerdict {
  readonly isRight: boolean;
  /** The stored hash was made at another cost than today's. */
  readonly isOutdated: boolean;
}

/** Argon2id with bounded parallelism. Never call it inside a transaction: it takes tens of milliseconds. */
@Injectable()
export class PasswordHasher {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** No password has this hash: it is none. */
  private readonly nobodys = formatPhc({ cost: COST, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) });

  /** A PHC string with its parameters in it. Throws 503 with Retry-After when too many are waiting. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return formatPhc({ cost: COST, salt, hash: await this.derive(password, salt, COST, HASH_BYTES) });
  }

  /** Takes the same time where there is no hash to compare with: then it compares with nobody's. */
  async verify(password: string, stored: string | null): Promise<PasswordVerdict> {
    const parsed = parsePhc(stored ?? this.nobodys);
    const derived = await this.derive(password, parsed.salt, parsed.cost, parsed.hash.length);
    const isRight = timingSafeEqual(derived, parsed.hash) && stored !== null;
    return { isRight, isOutdated: !isSameCost(parsed.cost, COST) };
  }

  private async derive(password: string, salt: Buffer, cost: Argon2Cost, length: number): Promise<Buffer> {
    const parameters: Argon2Parameters = {
      message: normalisePassword(password),
      nonce: salt,
      parallelism: cost.parallelism,
      tagLength: length,
      memory: cost.memoryKiB,
      passes: cost.passes,
    };
    await this.enter();
    try {
      return await argon2Async('argon2id', parameters);
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < MAX_RUNNING) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= MAX_WAITING)
      throw commonErrors.unavailable(COME_BACK_AFTER_MS, 'Too many people log in at the moment; try again.');
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Hands the place to whoever waits longest. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
