import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { TokenIssuer } from './token-issuer.js';
import { TokensRepository } from './tokens.repository.js';
import type { UploadPrincipal } from './upload-principal.js';

/** Upload tokens for what this server itself puts into a ticket. Whose they are is an object here; their text is thrown away. */
@Injectable()
export class InternalTokens {
  constructor(
    private readonly issuer: TokenIssuer,
    private readonly tokens: TokensRepository,
    private readonly database: Database,
  ) {}

  /** The holder of a new token that is good for one archive of the ticket. */
  async issue(ticket: { readonly id: string; readonly number: string }): Promise<UploadPrincipal> {
    const token = await this.database.transaction(() =>
      this.issuer.issue(ticket.id, { attempts: 1, isInternal: true }),
    );
    return { tokenId: token.id, ticketId: ticket.id, ticketNumber: ticket.number };
  }

  /** Takes back one through which nothing came. */
  async withdraw(tokenId: string): Promise<void> {
    await this.database.transaction(() => this.tokens.remove(tokenId));
  }
}
