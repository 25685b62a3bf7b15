import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { staffActor } from '../audit/audit-actors.js';
import { AccessControl } from '../common/access/access-control.js';
import type { Principal, StaffPrincipal } from '../common/access/principal.js';
import { Clock } from '../common/clock.js';
import type { Page, PageRequest } from '../common/http/page.js';
import { Database } from '../database/database.js';
import { TicketDirectory, type TicketSummary } from '../tickets/ticket-directory.js';
import { TicketParts, type TicketPartView, type UploadAllowance } from '../tickets/ticket-parts.js';
import { TokenIssuer } from './token-issuer.js';
import { TokenLeases } from './token-leases.js';
import type { TokenInput, TokenView } from './tokens.dto.js';
import { tokenErrors } from './tokens.errors.js';
import { TokensRepository } from './tokens.repository.js';
import { UploadToken } from './upload-token.entity.js';
import { isOpen } from './upload-token.rules.js';

/** Rank of the tokens among the parts of a ticket: before archives, which refer to them. */
const TICKET_PART_RANK = 10;

/** What staff do with upload tokens. `address` is the public address, for the link. */
@Injectable()
export class TokensService implements OnModuleInit {
  constructor(
    private readonly access: AccessControl,
    private readonly tokens: TokensRepository,
    private readonly issuer: TokenIssuer,
    private readonly leases: TokenLeases,
    private readonly tickets: TicketDirectory,
    private readonly parts: TicketParts,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.parts.register(TICKET_PART_RANK, {
      onCreated: async (ticketId, staff, allowance) => {
        const token = await this.issuer.issue(ticketId, allowance);
        await this.record('token.created', staff, token, await this.tickets.numberOf(ticketId));
      },
      onAllowanceChanged: (ticketId, staff, allowance) => this.changeNewestOpen(ticketId, staff, allowance),
      viewOf: (ticketIds, staff) => this.ticketViews(ticketIds, staff),
      deleteAll: (ticketId) => this.database.transaction(() => this.tokens.removeOfTicket(ticketId)),
    });
  }

  async list(principal: Principal, number: string, request: PageRequest, address: string): Promise<Page<TokenView>> {
    const staff = this.access.require(principal, 'token.read');
    const ticket = await this.tickets.byNumber(number);
    const page = await this.tokens.list(ticket.id, request);
    for (const token of page.items) await this.record('token.shown', staff, token, ticket.number);
    return { ...page, items: await this.views(page.items, ticket, address) };
  }

  async read(principal: Principal, id: string, address: string): Promise<TokenView> {
    const staff = this.access.require(principal, 'token.read');
    const { token, ticket } = await this.existing(id);
    await this.record('token.shown', staff, token, ticket.number);
    return this.view(token, ticket, address);
  }

  async create(principal: Principal, number: string, input: TokenInput, address: string): Promise<TokenView> {
    const staff = this.access.require(principal, 'token.edit');
    const ticket = await this.tickets.byNumber(number);
    const token = await this.database.transaction(async () => {
      const issued = await this.issuer.issue(ticket.id, grantOf(input));
      await this.record('token.created', staff, issued, ticket.number);
      return issued;
    });
    return this.view(token, ticket, address);
  }

  async edit(principal: Principal, id: string, input: TokenInput, address: string): Promise<TokenView> {
    const staff = this.access.require(principal, 'token.edit');
    const edited = await this.database.transaction(async () => {
      const { token, ticket } = await this.existing(id);
      return this.change(staff, token, ticket.number, grantOf(input));
    });
    const { token, ticket } = await this.existing(edited.id);
    return this.view(token, ticket, address);
  }

  /** Idempotent: the time of the first revocation stays. */
  async revoke(principal: Principal, id: string): Promise<void> {
    const staff = this.access.require(principal, 'token.edit');
    await this.database.transaction(async () => {
      const { token, ticket } = await this.existing(id);
      const isFirst = await this.tokens.revoke(token.id, this.clock.now());
      if (isFirst) await this.record('token.revoked', staff, token, ticket.number);
    });
  }

  private async change(
    staff: StaffPrincipal,
    token: UploadToken,
    number: string | undefined,
    allowance: UploadAllowance & { label?: string },
  ): Promise<UploadToken> {
    // Only what was given is written: an upload may be spending an attempt just now.
    const expiresAt = this.issuer.checkedExpiry(allowance.expiresAt);
    const change: Partial<UploadToken> = {
      ...(allowance.label === undefined ? {} : { label: allowance.label }),
      ...(allowance.attempts === undefined ? {} : { attempts: allowance.attempts }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    if (Object.keys(change).length > 0) await this.tokens.update(token.id, change);
    await this.record('token.changed', staff, token, number, {
      ...change,
      ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
    });
    return { ...token, ...change };
  }

  private async changeNewestOpen(ticketId: string, staff: StaffPrincipal, allowance: UploadAllowance): Promise<void> {
    const tokens = await this.tokens.findOfTickets([ticketId]);
    const newest = newestOpenFirst(tokens, this.clock.now())[0];
    if (newest) await this.change(staff, newest, await this.tickets.numberOf(ticketId), allowance);
  }

  private async ticketViews(ticketIds: readonly string[], staff: StaffPrincipal): Promise<Map<string, TicketPartView>> {
    const now = this.clock.now();
    const isShown = this.access.allows(staff, 'token.read');
    const views = new Map<string, TicketPartView>();
    for (const token of await this.tokens.findOfTickets(ticketIds)) {
      if (views.has(token.ticketId) || !isOpen(token, now)) continue;
      views.set(token.ticketId, {
        token: isShown ? this.issuer.reveal(token) : null,
        attempts: token.attempts,
        expires_at: new Date(token.expiresAt).toISOString(),
      });
    }
    return views;
  }

  private async existing(id: string): Promise<{ token: UploadToken; ticket: TicketSummary }> {
    const token = await this.tokens.findById(id);
    const ticket = token && (await this.tickets.describe([token.ticketId])).get(token.ticketId);
    if (!token || !ticket || ticket.isDeleting) throw tokenErrors.notFound();
    return { token, ticket };
  }

  private async view(token: UploadToken, ticket: TicketSummary, address: string): Promise<TokenView> {
    const [view] = await this.views([token], ticket, address);
    if (!view) throw tokenErrors.notFound();
    return view;
  }

  private async views(tokens: readonly UploadToken[], ticket: TicketSummary, address: string): Promise<TokenView[]> {
    const leases = await this.leases.count(tokens.map((token) => token.id));
    return tokens.map((token) => {
      const secret = this.issuer.reveal(token);
      return {
        id: token.id,
        ticket: ticket.number,
        label: token.label,
        token: secret,
        upload_url: `${address}/u#${secret}`,
        attempts: token.attempts,
        attempts_open: leases.get(token.id) ?? 0,
        attempts_used: token.attemptsUsed,
        expires_at: new Date(token.expiresAt).toISOString(),
        revoked_at: token.revokedAt === null ? null : new Date(token.revokedAt).toISOString(),
        last_used_at: token.lastUsedAt === null ? null : new Date(token.lastUsedAt).toISOString(),
      };
    });
  }

  /** A token seldom has a label: its ticket's `number` tells people which one it is. */
  private record(
    action: string,
    staff: StaffPrincipal,
    token: UploadToken,
    number: string | undefined,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const details = { ticket: token.ticketId, ticket_number: number, ...more };
    return this.audit.record({ action, actor: staffActor(staff), target: targetOf(token), details });
  }
}

/** Open tokens before closed ones, each newest first; the input is newest first. */
function newestOpenFirst(tokens: readonly UploadToken[], now: number): UploadToken[] {
  const live = tokens.filter((token) => token.revokedAt === null);
  return [...live.filter((token) => isOpen(token, now)), ...live.filter((token) => !isOpen(token, now))];
}

function grantOf(input: TokenInput): UploadAllowance & { label?: string } {
  return {
    ...(typeof input.label === 'string' ? { label: input.label } : {}),
    ...(typeof input.attempts === 'number' ? { attempts: input.attempts } : {}),
    ...(typeof input.expires_at === 'string' ? { expiresAt: Date.parse(input.expires_at) } : {}),
  };
}

function targetOf(token: UploadToken) {
  return { kind: 'token', id: token.id, name: token.label };
}
