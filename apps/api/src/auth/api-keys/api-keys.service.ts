import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { staffActor } from '../../audit/audit-actors.js';
import { AccessControl } from '../../common/access/access-control.js';
import { API_KEY_SCOPES, type ApiKeyScope, type Principal } from '../../common/access/principal.js';
import { Clock } from '../../common/clock.js';
import { commonErrors } from '../../common/errors/common.errors.js';
import type { Page, PageRequest } from '../../common/http/page.js';
import { Ids } from '../../common/ids.js';
import { Database } from '../../database/database.js';
import { isoTime } from '../http/iso-time.js';
import { normaliseUsername } from '../users/username.rules.js';
import { UsersRepository } from '../users/users.repository.js';
import type { ApiKey } from './api-key.entity.js';
import {
  API_KEY_BYTES,
  API_KEY_PREFIX,
  DEFAULT_LIFETIME_MS,
  effectiveScopes,
  MAX_LIFETIME_MS,
} from './api-key.rules.js';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { ApiKeysRepository } from './api-keys.repository.js';

export interface ApiKeyRequest {
  readonly label: string;
  readonly scopes: readonly ApiKeyScope[];
  /** Epoch milliseconds; 90 days where none is asked for. */
  readonly expiresAt?: number;
}

export interface MadeApiKey {
  readonly row: ApiKey;
  /** The key itself, for the only time. */
  readonly key: string;
}

const HINT_LENGTH = 4;

/** The keys of a user. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly access: AccessControl,
    private readonly database: Database,
    private readonly apiKeys: ApiKeysRepository,
    private readonly authenticator: ApiKeyAuthenticator,
    private readonly users: UsersRepository,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Own keys; those of `username` for administrators. */
  async list(principal: Principal, username: string | undefined, request: PageRequest): Promise<Page<ApiKey>> {
    const staff = this.access.require(principal, 'api-key.read');
    if (username === undefined || normaliseUsername(username) === staff.username)
      return this.apiKeys.page(staff.userId, request);
    this.access.require(principal, 'user.read');
    const user = await this.users.findByUsername(normaliseUsername(username));
    if (!user) throw commonErrors.notFound('The user');
    return this.apiKeys.page(user.id, request);
  }

  /** Throws 422 for scopes above the owner's rights and for a lifetime that is not possible. */
  async create(principal: Principal, request: ApiKeyRequest): Promise<MadeApiKey> {
    const staff = this.access.require(principal, 'api-key.create');
    const now = this.clock.now();
    const scopes = API_KEY_SCOPES.filter((scope) => request.scopes.includes(scope));
    const owner = { role: staff.role, isEnrolled: staff.secondFactor.isEnrolled };
    if (effectiveScopes(scopes, owner, 'always').length < scopes.length)
      throw commonErrors.validation([{ pointer: '/scopes', detail: 'has a scope above your own rights' }]);
    const expiresAt = request.expiresAt ?? now + DEFAULT_LIFETIME_MS;
    if (expiresAt <= now || expiresAt > now + MAX_LIFETIME_MS)
      throw commonErrors.validation([{ pointer: '/expires_at', detail: 'must lie within the next 366 days' }]);
    const key = API_KEY_PREFIX + this.ids.secret(API_KEY_BYTES);
    const row: ApiKey = {
      id: this.ids.next(),
      userId: staff.userId,
      label: request.label,
      keyHash: this.authenticator.hash(key),
      hint: key.slice(-HINT_LENGTH),
      scopes: scopes.join(' '),
      expiresAt,
      revokedAt: null,
      lastUsedAt: null,
      timeCreate: now,
    };
    await this.database.transaction(async () => {
      await this.apiKeys.insert(row);
      await this.audit.record({
        action: 'api_key.created',
        actor: staffActor(staff),
        target: { kind: 'api_key', id: row.id, name: row.label },
        details: { scopes, expires_at: isoTime(expiresAt) },
      });
    });
    return { row, key };
  }

  /** Own keys; anybody's for administrators. A stranger's looks like none. */
  async revoke(principal: Principal, id: string): Promise<void> {
    const staff = this.access.require(principal, 'self.manage');
    const found = await this.apiKeys.findWithUser(id);
    if (!found || found.key.revokedAt !== null) throw commonErrors.notFound('The API key');
    if (found.user.id !== staff.userId) {
      if (staff.role !== 'admin') throw commonErrors.notFound('The API key');
      this.access.require(principal, 'user.manage');
    }
    await this.database.transaction(async () => {
      if (!(await this.apiKeys.revoke(id, this.clock.now()))) throw commonErrors.notFound('The API key');
      await this.audit.record({
        action: 'api_key.revoked',
        actor: staffActor(staff),
        target: { kind: 'api_key', id, name: found.key.label },
      });
    });
  }
}
