import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { commonErrors } from '../../common/errors/common.errors.js';
import { requestContext } from '../../common/request-context.js';
import { KNOWN_DEVICE_MS } from '../sessions/session.rules.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { ThrottleRepository } from './throttle.repository.js';
import {
  ACCOUNT_POLICY,
  ADDRESS_POLICY,
  afterFailure,
  afterWrongCode,
  type ThrottlePolicy,
  waitMs,
} from './throttle.rules.js';

/** Whose failures count together: the account (as strangers see it, or as one known device does) and the address. */
export interface ThrottleSubjects {
  readonly account: string;
  readonly address: string;
}

const NOBODY = 'nobody';

/**
 * Slows guessing down, in the database, so that neither a restart nor a second replica starts the count anew.
 *
 * An account's failures are counted apart for each address from which its owner has logged in before: strangers can
 * slow themselves down, and never lock the owner out.
 */
@Injectable()
export class LoginThrottle {
  constructor(
    private readonly throttles: ThrottleRepository,
    private readonly sessions: SessionsRepository,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** The same queries for a name that nobody has. What was typed is kept as a keyed hash: it may be a password. */
  async subjects(username: string, userId: string | undefined): Promise<ThrottleSubjects> {
    const address = requestContext()?.address ?? '';
    const since = this.clock.now() - KNOWN_DEVICE_MS;
    const isKnown = await this.sessions.isKnownAddress(userId ?? NOBODY, address, since);
    return {
      account: this.key('account', isKnown ? `${username} ${address}` : username),
      address: this.key('address', address),
    };
  }

  /** Throws 429 with Retry-After. */
  async requireFree(subjects: ThrottleSubjects): Promise<void> {
    const rows = await this.throttles.findAll([subjects.account, subjects.address]);
    const wait = Math.max(0, ...rows.map((row) => waitMs(row, this.clock.now())));
    if (wait > 0) throw commonErrors.tooManyRequests(wait, 'Too many wrong tries; wait a little.');
  }

  /**
   * In the transaction of the outcome: holds everybody else with the same subjects back, and answers the milliseconds
   * that still have to be waited. Guesses made at the same time are thereby judged as if made one after another.
   */
  async lock(subjects: ThrottleSubjects): Promise<number> {
    const now = this.clock.now();
    const account = await this.throttles.lock(subjects.account, now);
    const address = await this.throttles.lock(subjects.address, now);
    return Math.max(waitMs(account, now), waitMs(address, now));
  }

  /** In a transaction that holds the lock. */
  async recordFailure(subjects: ThrottleSubjects): Promise<void> {
    await this.count(subjects.account, ACCOUNT_POLICY);
    await this.count(subjects.address, ADDRESS_POLICY);
  }

  /** In a transaction that holds the lock. The address keeps its count: an own account is no way to clear it. */
  async recordSuccess(subjects: ThrottleSubjects): Promise<void> {
    await this.throttles.delete(subjects.account);
    await this.throttles.deleteIfEmpty(subjects.address);
    await this.throttles.purge(this.clock.now() - ACCOUNT_POLICY.windowMs);
  }

  /** Milliseconds until another six-digit code of this account is looked at. */
  async codeWaitMs(userId: string): Promise<number> {
    return waitMs(await this.throttles.find(this.key('code', userId)), this.clock.now());
  }

  /** In a transaction. */
  async recordWrongCode(userId: string): Promise<void> {
    const key = this.key('code', userId);
    const now = this.clock.now();
    await this.throttles.save(key, afterWrongCode(emptyAsNull(await this.throttles.lock(key, now)), now));
  }

  private async count(key: string, policy: ThrottlePolicy): Promise<void> {
    const now = this.clock.now();
    await this.throttles.save(key, afterFailure(emptyAsNull(await this.throttles.lock(key, now)), policy, now));
  }

  private key(kind: string, subject: string): string {
    return `${kind}:${this.keys.hash('secret-lookup', `throttle ${kind} ${subject}`)}`;
  }
}

function emptyAsNull<T extends { readonly failures: number }>(row: T): T | null {
  return row.failures === 0 ? null : row;
}
