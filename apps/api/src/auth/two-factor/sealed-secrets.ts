import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SealedValues } from '../../database/sealed-values.js';
import { InvitationsRepository } from '../invitations/invitations.repository.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { UsersRepository } from '../users/users.repository.js';

const purpose = 'totp-sealing';

/** Names the rows that hold secrets of authenticators, for when SECRET_KEY is replaced. */
@Injectable()
export class SealedSecrets implements OnModuleInit {
  constructor(
    private readonly values: SealedValues,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly invitations: InvitationsRepository,
  ) {}

  onModuleInit(): void {
    this.values.register({
      name: 'user.totp_sealed',
      purpose,
      findBatch: async (afterId, limit) =>
        (await this.users.findEnrolled(afterId, limit)).map(({ id, totpSealed }) => value(id, id, totpSealed)),
      replace: ({ id, sealed: found }, sealed) => this.users.replaceTotpSealed(id, found, sealed),
    });
    this.values.register({
      name: 'session.pending_totp_sealed',
      purpose,
      findBatch: async (afterId, limit) =>
        (await this.sessions.findWithPendingTotp(afterId, limit)).map((session) =>
          value(session.id, session.userId, session.pendingTotpSealed),
        ),
      replace: ({ id, sealed: found }, sealed) => this.sessions.replacePendingTotp(id, found, sealed),
    });
    this.values.register({
      name: 'invitation.totp_sealed',
      purpose,
      findBatch: async (afterId, limit) =>
        (await this.invitations.findOpen(afterId, limit)).map(({ id, userId, totpSealed }) =>
          value(id, userId, totpSealed),
        ),
      replace: ({ id, sealed: found }, sealed) => this.invitations.replaceTotpSealed(id, found, sealed),
    });
  }
}

function value(id: string, context: string, sealed: string | null) {
  return { id, context, sealed: sealed ?? '' };
}
