import { Injectable } from '@nestjs/common';
import type { StaffPrincipal } from '../common/access/principal.js';

/** What a client may say of a ticket's first or newest upload token. */
export interface UploadAllowance {
  readonly attempts?: number;
  /** Epoch ms. */
  readonly expiresAt?: number;
}

/** What other modules add to a ticket's view; snake_case, as it is answered. */
export interface TicketPartView {
  token?: string | null;
  attempts?: number | null;
  expires_at?: string | null;
  archives_count?: number;
  archives_bytes?: number;
}

/** Something that belongs to tickets and is kept by a module that tickets cannot know. */
export interface TicketPart {
  /** Called in the transaction that creates the ticket. */
  onCreated?(ticketId: string, staff: StaffPrincipal, allowance: UploadAllowance): Promise<void>;
  /** Called in the transaction that edits the ticket, where the edit speaks of the upload allowance. */
  onAllowanceChanged?(ticketId: string, staff: StaffPrincipal, allowance: UploadAllowance): Promise<void>;
  /** One query for a whole page. */
  viewOf?(ticketIds: readonly string[], staff: StaffPrincipal): Promise<ReadonlyMap<string, TicketPartView>>;
  /** Hides all of it and writes down what goes; part of the transaction that hides the ticket. */
  markDeleting?(ticketId: string, staff: StaffPrincipal): Promise<void>;
  /** Removes rows and bytes. Idempotent; called outside any transaction, again after a crash. */
  deleteAll(ticketId: string): Promise<void>;
}

/** Port: modules to the right of `tickets` register what belongs to a ticket, in a fixed rank. */
@Injectable()
export class TicketParts {
  private parts: { rank: number; part: TicketPart }[] = [];

  /** Views are asked in ascending rank; deletion goes in descending rank, as later parts refer to earlier ones. */
  register(rank: number, part: TicketPart): void {
    this.parts = [...this.parts, { rank, part }].sort((a, b) => a.rank - b.rank);
  }

  async onCreated(ticketId: string, staff: StaffPrincipal, allowance: UploadAllowance): Promise<void> {
    for (const { part } of this.parts) await part.onCreated?.(ticketId, staff, allowance);
  }

  async onAllowanceChanged(ticketId: string, staff: StaffPrincipal, allowance: UploadAllowance): Promise<void> {
    for (const { part } of this.parts) await part.onAllowanceChanged?.(ticketId, staff, allowance);
  }

  async viewOf(ticketIds: readonly string[], staff: StaffPrincipal): Promise<ReadonlyMap<string, TicketPartView>> {
    const views = new Map<string, TicketPartView>(ticketIds.map((id) => [id, {}]));
    if (ticketIds.length === 0) return views;
    for (const { part } of this.parts) {
      const added = (await part.viewOf?.(ticketIds, staff)) ?? new Map<string, TicketPartView>();
      for (const [id, view] of added) Object.assign(views.get(id) ?? {}, view);
    }
    return views;
  }

  async markDeleting(ticketId: string, staff: StaffPrincipal): Promise<void> {
    for (const { part } of this.parts) await part.markDeleting?.(ticketId, staff);
  }

  async deleteAll(ticketId: string): Promise<void> {
    for (const { part } of [...this.parts].reverse()) await part.deleteAll(ticketId);
  }
}
