import { Injectable, Logger } from '@nestjs/common';
import { AccessControl } from '../../common/access/access-control.js';
import type { Permission } from '../../common/access/permissions.js';
import type { StaffPrincipal } from '../../common/access/principal.js';
import { ApiKeyAuthenticator } from '../api-keys/api-key-authenticator.js';
import { SessionAuthenticator } from './session-authenticator.js';

/** For answers that last: who asked a while ago, as they are now. */
@Injectable()
export class StandingPrincipals {
  private readonly logger = new Logger('auth');

  constructor(
    private readonly access: AccessControl,
    private readonly sessions: SessionAuthenticator,
    private readonly apiKeys: ApiKeyAuthenticator,
  ) {}

  /** Undefined once the session has ended, the key is over, or the user was deactivated. */
  private renewed({ credential }: StaffPrincipal): Promise<StaffPrincipal | undefined> {
    return credential.kind === 'session'
      ? this.sessions.standing(credential.sessionId)
      : this.apiKeys.standing(credential.keyId);
  }

  /** Whether they may still do what they asked for. An answer outlasts the access token that opened it, and roles change. */
  async stillMay(staff: StaffPrincipal, permission: Permission): Promise<boolean> {
    try {
      const renewed = await this.renewed(staff);
      return renewed !== undefined && this.access.allows(renewed, permission);
    } catch (error) {
      this.logger.warn({ msg: 'an answer ends because the right to it could not be checked', permission, error });
      return false;
    }
  }
}
