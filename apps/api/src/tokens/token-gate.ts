import { Inject, Injectable } from '@nestjs/common';
import { Branding } from '../branding/branding.js';
import { Clock } from '../common/clock.js';
import { requestContext } from '../common/request-context.js';
import { Throttle } from '../common/throttle.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { TicketDirectory, type TicketSummary } from '../tickets/ticket-directory.js';
import { TokenIssuer } from './token-issuer.js';
import type { FormerTokenCheck, TokenCheck } from './tokens.dto.js';
import { tokenErrors } from './tokens.errors.js';
import { TokensRepository } from './tokens.repository.js';
import { type LockedToken, lockedToken, type UploadPrincipal } from './upload-principal.js';
import { UploadToken } from './upload-token.entity.js';
import { isOpen, MAX_TOKEN_LENGTH } from './upload-token.rules.js';

const WRONG_TOKENS_PER_MINUTE = 10;
const MINUTE_MS = 60_000;

/** What holders of tokens ask: who they are and what is still allowed. Nothing here tells of other uploads. */
@Injectable()
export class TokenGate {
  private readonly wrongTokens: Throttle;

  constructor(
    private readonly issuer: TokenIssuer,
    private readonly tokens: TokensRepository,
    private readonly tickets: TicketDirectory,
    private readonly branding: Branding,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'MAX_UPLOAD_BYTES'>,
    private readonly clock: Clock,
  ) {
    this.wrongTokens = new Throttle(WRONG_TOKENS_PER_MINUTE, MINUTE_MS, clock);
  }

  /** The holder of the presented header; 401 without one, 403 for an unknown or malformed one, alike in body and time. */
  async identify(header: string | undefined): Promise<UploadPrincipal> {
    const { token, ticket } = await this.find(header);
    return { tokenId: token.id, ticketId: ticket.id, ticketNumber: ticket.number };
  }

  async check(header: string | undefined): Promise<TokenCheck> {
    const { token, ticket } = await this.find(header);
    return {
      attempts: token.revokedAt === null ? token.attempts : 0,
      resolved: ticket.resolved,
      expires_at: new Date(token.expiresAt).toISOString(),
      max_bytes: this.settings.MAX_UPLOAD_BYTES,
      ticket: ticket.number,
      platform: await this.tickets.platformName(ticket),
      organisation: this.branding.organisation,
      logo_url: this.branding.logoUrl,
    };
  }

  /** The original's question, with the token in the path; unknown is 404 there, and only `attempts` can say that it ended. */
  async formerCheck(presented: string): Promise<FormerTokenCheck> {
    this.wrongTokens.check(addressOfClient());
    const found = await this.lookUp(presented.trim());
    if (!found) {
      this.wrongTokens.count(addressOfClient());
      throw tokenErrors.notFound();
    }
    const { token, ticket } = found;
    const attempts = isOpen(token, this.clock.now()) ? token.attempts : 0;
    return { token: presented.trim(), attempts, resolved: ticket.resolved };
  }

  /** Locks the ticket, then the token, for the rest of the present transaction. */
  async lock(principal: UploadPrincipal): Promise<LockedToken> {
    const ticket = await this.tickets.lock(principal.ticketId);
    const token = await this.tokens.lock(principal.tokenId);
    if (!ticket || ticket.isDeleting || !token) throw tokenErrors.unknown();
    return lockedToken(token, ticket.resolved);
  }

  /** Spends one attempt on a finished archive; part of the transaction that holds the token locked. */
  async spend(tokenId: string): Promise<void> {
    const token = await this.tokens.lock(tokenId);
    if (!token) throw tokenErrors.unknown();
    await this.tokens.update(tokenId, {
      attempts: Math.max(0, token.attempts - 1),
      attemptsUsed: token.attemptsUsed + 1,
    });
  }

  /** Notes that the token was used just now; part of the caller's transaction. */
  async touch(tokenId: string, now: number): Promise<void> {
    await this.tokens.update(tokenId, { lastUsedAt: now });
  }

  private async find(header: string | undefined): Promise<{ token: UploadToken; ticket: TicketSummary }> {
    const presented = header?.trim();
    if (!presented) throw tokenErrors.headerMissing();
    const found = await this.lookUp(presented);
    // Holders of a token are never slowed down by somebody who guesses behind the same address.
    if (found) return found;
    this.wrongTokens.check(addressOfClient());
    this.wrongTokens.count(addressOfClient());
    throw tokenErrors.unknown();
  }

  private async lookUp(presented: string): Promise<{ token: UploadToken; ticket: TicketSummary } | undefined> {
    // An over-long text takes the same way, so that it takes the same time.
    const token = await this.issuer.find(presented.slice(0, MAX_TOKEN_LENGTH));
    const ticket = token && (await this.tickets.describe([token.ticketId])).get(token.ticketId);
    return token && ticket && !ticket.isDeleting ? { token, ticket } : undefined;
  }
}

function addressOfClient(): string {
  return requestContext()?.address ?? '';
}
