import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Ids } from '../../common/ids.js';
import { SecondFactor } from '../two-factor/second-factor.js';
import { newTotpSecret } from '../two-factor/totp.js';
import { InvitationsRepository } from './invitations.repository.js';

const CODE_BYTES = 32;
const LIFETIME_MS = 72 * 60 * 60_000;

/** A link's secret part, shown to the administrator once. */
export interface IssuedInvitation {
  readonly code: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Makes and recognises the codes of invitations; only their hashes are stored. */
@Injectable()
export class InvitationIssuer {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly secondFactor: SecondFactor,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** In the transaction of what needs it. Earlier links of this user stop working. */
  async issue(userId: string): Promise<IssuedInvitation> {
    const now = this.clock.now();
    const code = this.ids.secret(CODE_BYTES);
    await this.invitations.closeAllOf(userId, now);
    await this.invitations.insert({
      id: this.ids.next(),
      userId,
      codeHash: this.keys.hash('secret-lookup', stored(code)),
      totpSealed: this.secondFactor.seal(userId, newTotpSecret()),
      expiresAt: now + LIFETIME_MS,
      usedAt: null,
      timeCreate: now,
    });
    return { code, expiresAt: now + LIFETIME_MS };
  }

  hashes(code: string): string[] {
    return this.keys.hashes('secret-lookup', stored(code));
  }
}

function stored(code: string): string {
  return `invitation ${code}`;
}
