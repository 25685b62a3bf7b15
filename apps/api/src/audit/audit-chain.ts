import { createHash } from 'node:crypto';
import type { AuditEvent } from './audit-event.entity.js';

/** The last link. Position 0 and no hash before the first event. */
export interface ChainEnd {
  readonly position: number;
  /** Lower-case hex. */
  readonly hash: string;
}

export const CHAIN_START: ChainEnd = { position: 0, hash: '' };

/**
 * The hash of the link that follows `previousHash`. All columns in a fixed order, so that no other row has the same
 * text; null for an event that was gone before it could be sealed.
 */
export function linkHash(previousHash: string, event: AuditEvent | undefined): string {
  const facts = event && [
    ...[event.id, event.time, event.action, event.actorKind, event.actorId, event.actorName],
    ...[event.targetKind, event.targetId, event.targetName, event.address, event.agent, event.requestId],
    event.details,
  ];
  return createHash('sha256')
    .update(`${previousHash}\n${JSON.stringify(facts ?? null)}`)
    .digest('hex');
}
