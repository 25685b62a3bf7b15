import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { StaffPrincipal } from '../../common/access/principal.js';
import { Clock } from '../../common/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import { effectiveScopes, parseScopes, USED_INTERVAL_MS } from './api-key.rules.js';
import { ApiKeysRepository, type ApiKeyWithUser } from './api-keys.repository.js';

/** Turns an API key into who is asking: its owner as he is now, with what the key allows of it. */
@Injectable()
export class ApiKeyAuthenticator {
  private readonly logger = new Logger('auth');

  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'TWO_FACTOR_POLICY'>,
    private readonly database: Database,
    private readonly apiKeys: ApiKeysRepository,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  hash(key: string): string {
    return this.keys.hash('secret-lookup', stored(key));
  }

  /** Undefined where the key is unknown, expired or revoked, or its owner deactivated. */
  async principalOf(text: string): Promise<StaffPrincipal | undefined> {
    const found = await this.apiKeys.findByHash(this.keys.hashes('secret-lookup', stored(text)));
    const principal = found ? this.owner(found) : undefined;
    const now = this.clock.now();
    if (found && principal && now - (found.key.lastUsedAt ?? 0) >= USED_INTERVAL_MS)
      await this.markUsed(found.key.id, now);
    return principal;
  }

  /** Whom a key stands for as it is now, without counting as use of it. */
  async standing(keyId: string): Promise<StaffPrincipal | undefined> {
    const found = await this.apiKeys.findWithUser(keyId);
    return found ? this.owner(found) : undefined;
  }

  private owner({ key, user }: ApiKeyWithUser): StaffPrincipal | undefined {
    if (!user.isActive || key.revokedAt !== null || key.expiresAt <= this.clock.now()) return undefined;
    const isEnrolled = user.totpConfirmedAt !== null;
    const owner = { role: user.role, isEnrolled };
    const scopes = effectiveScopes(parseScopes(key.scopes), owner, this.settings.TWO_FACTOR_POLICY);
    return {
      kind: 'staff',
      userId: user.id,
      username: user.username,
      role: user.role,
      credential: { kind: 'api-key', keyId: key.id, scopes },
      secondFactor: { isEnrolled },
    };
  }

  /** As with sessions: a full disk must not stop scripts that free it. */
  private async markUsed(keyId: string, now: number): Promise<void> {
    try {
      await this.database.transaction(() => this.apiKeys.markUsed(keyId, now));
    } catch (error) {
      this.logger.warn({ msg: 'an API key could not be marked as used', keyId, error });
    }
  }
}

function stored(key: string): string {
  return `api key ${key}`;
}
