import { Injectable } from '@nestjs/common';
import type { StaffPrincipal } from '../../common/access/principal.js';
import { commonErrors } from '../../common/errors/common.errors.js';
import { Database } from '../../database/database.js';
import { authErrors } from '../auth.errors.js';
import { LoginThrottle } from '../throttling/login-throttle.js';
import { UsersRepository } from '../users/users.repository.js';
import { PasswordHasher } from './password-hasher.js';

/** Asks somebody who is logged in for the password again, as slowly as at a login. */
@Injectable()
export class PasswordProof {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
  ) {}

  /** Throws 403 `wrong_password`, 429 and 503. Answers the hash that was right, so that the caller can insist on it. */
  async require(staff: StaffPrincipal, password: string): Promise<string> {
    const user = await this.users.findById(staff.userId);
    const subjects = await this.throttle.subjects(staff.username, staff.userId);
    await this.throttle.requireFree(subjects);
    const stored = user?.passwordHash ?? null;
    const { isRight } = await this.hasher.verify(password, stored);
    const waitMs = await this.database.transaction(async () => {
      const wait = await this.throttle.lock(subjects);
      if (wait === 0) await (isRight ? this.throttle.recordSuccess(subjects) : this.throttle.recordFailure(subjects));
      return wait;
    });
    if (waitMs > 0) throw commonErrors.tooManyRequests(waitMs, 'Too many wrong tries; wait a little.');
    if (!isRight || stored === null) throw authErrors.wrongPassword();
    return stored;
  }
}
