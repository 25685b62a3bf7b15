import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import { Clock } from '../../common/clock.js';
import { commonErrors } from '../../common/errors/common.errors.js';
import { Ids } from '../../common/ids.js';
import { WorkerGroup } from '../../common/worker-group.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import { authErrors } from '../auth.errors.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { PasswordPolicy } from '../passwords/password-policy.js';
import type { SessionTransport } from '../sessions/session.entity.js';
import { type IssuedSession, SessionIssuer } from '../sessions/session-issuer.js';
import { newUser } from '../users/new-user.js';
import type { User } from '../users/user.entity.js';
import { normaliseUsername, usernameFault } from '../users/username.rules.js';
import { UsersRepository } from '../users/users.repository.js';
import { SetupCodesRepository } from './setup-codes.repository.js';
import { SetupNotice } from './setup-notice.js';

const CODE_BYTES = 32;
const LIFETIME_MS = 60 * 60_000;
const FOUNDER = 1;

export interface SetupRequest {
  readonly code: string;
  readonly username: string;
  readonly password: string;
  readonly transport: SessionTransport;
}

/** What `announce` did: nothing to do, an administrator from the settings, or a link for whoever starts the server. */
export type Announcement = 'exists' | 'from_settings' | 'link';

/** The first administrator. There is no default password and no open page: a secret from the machine itself is needed. */
@Injectable()
export class SetupService implements OnApplicationBootstrap {
  private readonly logger = new Logger('setup');

  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'ADMIN_USERNAME' | 'ADMIN_PASSWORD'>,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly codes: SetupCodesRepository,
    private readonly notice: SetupNotice,
    private readonly policy: PasswordPolicy,
    private readonly hasher: PasswordHasher,
    private readonly issuer: SessionIssuer,
    private readonly keys: KeyRing,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly workers: WorkerGroup,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.workers.isFirst) await this.announce();
  }

  /** Called at start, without a request: makes the administrator of the settings, or a link that makes one. */
  async announce(): Promise<Announcement> {
    if (await this.users.exists()) return 'exists';
    const { ADMIN_USERNAME: username, ADMIN_PASSWORD: password } = this.settings;
    if (username !== undefined && password !== undefined) return this.createFromSettings(username, password);
    const code = this.ids.secret(CODE_BYTES);
    const now = this.clock.now();
    await this.database.transaction(async () => {
      await this.codes.deleteExpired(now);
      await this.codes.insert({
        codeHash: this.keys.hash('secret-lookup', stored(code)),
        expiresAt: now + LIFETIME_MS,
      });
    });
    this.notice.show(code);
    return 'link';
  }

  /** Open until the first user exists. */
  async isOpen(): Promise<boolean> {
    return !(await this.users.exists());
  }

  /** The code is the right to it, hence no access check. Throws 404 once a user exists, 403 for the code, 422. */
  async complete(request: SetupRequest): Promise<IssuedSession> {
    if (!(await this.isOpen())) throw closed();
    const hashes = this.keys.hashes('secret-lookup', stored(request.code));
    if (!(await this.codes.isValid(hashes, this.clock.now()))) throw authErrors.setupCodeInvalid();
    const user = await this.prepare(request.username, request.password);
    const issued = await this.database.transaction(async () => {
      const hasCode = await this.codes.take(hashes, this.clock.now());
      if (!hasCode || !(await this.found(user))) throw closed();
      await this.users.update(user.id, { lastLoginAt: user.timeCreate });
      return this.issuer.start({ ...user, lastLoginAt: user.timeCreate }, request.transport, null);
    });
    this.notice.remove();
    return issued;
  }

  /** Checked and hashed before the transaction, which awaits nothing but the database. */
  private async prepare(username: string, password: string): Promise<User> {
    const fault = usernameFault(username);
    if (fault) throw commonErrors.validation([{ pointer: '/username', detail: fault }]);
    this.policy.require(password, normaliseUsername(username));
    const now = this.clock.now();
    const user = newUser({ id: this.ids.next(), username: normaliseUsername(username), role: 'admin', now });
    return { ...user, passwordHash: await this.hasher.hash(password), founder: FOUNDER, mayEnrol: true };
  }

  /** False where somebody else was first: there is one founder, by a unique column. */
  private async found(user: User): Promise<boolean> {
    if ((await this.users.exists()) || !(await this.users.insert(user))) return false;
    await this.codes.deleteAll();
    await this.audit.record({
      action: 'setup.completed',
      actor: SYSTEM_ACTOR,
      target: { kind: 'user', id: user.id, name: user.username },
    });
    return true;
  }

  /** `firstAdministratorFaults` has found nothing wrong with them. */
  private async createFromSettings(username: string, password: string): Promise<Announcement> {
    const user = await this.prepare(username, password);
    const isFirst = await this.database.transaction(() => this.found(user));
    if (isFirst)
      this.logger.warn({ msg: 'the first administrator was made from ADMIN_USERNAME; unset ADMIN_PASSWORD now' });
    return isFirst ? 'from_settings' : 'exists';
  }
}

function closed() {
  return commonErrors.notFound('The set-up');
}

function stored(code: string): string {
  return `setup ${code}`;
}
