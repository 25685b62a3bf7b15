import { Injectable } from '@nestjs/common';
import type { StaffPrincipal } from '../../common/access/principal.js';
import { ApiKeyAuthenticator } from '../api-keys/api-key-authenticator.js';
import { SessionAuthenticator } from './session-authenticator.js';

/** For answers that last: who asked a while ago, as they are now. */
@Injectable()
export class StandingPrincipals {
  constructor(
    private readonly sessions: SessionAuthenticator,
    private readonly apiKeys: ApiKeyAuthenticator,
  ) {}

  /** Undefined once the session has ended, the key is over, or the user was deactivated. */
  renewed({ credential }: StaffPrincipal): Promise<StaffPrincipal | undefined> {
    return credential.kind === 'session'
      ? this.sessions.standing(credential.sessionId)
      : this.apiKeys.standing(credential.keyId);
  }
}
