import { randomUUID } from 'node:crypto';
import type { KeyRing } from '@logs-collector/runtime/key-ring';
import type { Destination } from '@logs-collector/shuttle/record';

/** What somebody has asked to watch. */
export interface SessionRequest {
  readonly destination: Destination;
  /** How many lines of the past, at most. */
  readonly lines: number;
  /** Whether it goes on after them. */
  readonly isTail: boolean;
  /** Whether a comment tells from when on nothing of the present is missed. */
  readonly isAnnounced: boolean;
}

interface Ticket extends SessionRequest {
  readonly createdAtMs: number;
  /** Two sessions of the same moment and app have ids of their own. */
  readonly nonce: string;
}

const LIFETIME_MS = 5 * 60_000;
const CONTEXT = 'log-session';

/**
 * The id of a session is what was asked for, sealed with the key that all instances share: whoever has it may read, any
 * instance can serve it, and nothing has to be stored or cleared away.
 */
export class SessionTickets {
  constructor(
    private readonly keyRing: KeyRing,
    private readonly now: () => number = Date.now,
  ) {}

  issue(request: SessionRequest): string {
    const ticket: Ticket = { ...request, createdAtMs: this.now(), nonce: randomUUID() };
    return this.keyRing.seal('session-sealing', CONTEXT, JSON.stringify(ticket));
  }

  /** Undefined for what was not issued, and for what is older than five minutes. */
  open(id: string): SessionRequest | undefined {
    let ticket: Ticket;
    try {
      ticket = JSON.parse(this.keyRing.open('session-sealing', CONTEXT, id)) as Ticket;
    } catch {
      return undefined;
    }
    return this.now() - ticket.createdAtMs > LIFETIME_MS ? undefined : ticket;
  }
}
