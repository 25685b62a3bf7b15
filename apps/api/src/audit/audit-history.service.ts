import { Injectable } from '@nestjs/common';
import { AuditRepository } from './audit.repository.js';
import type { AuditActor } from './audit.service.js';
import type { AuditEvent } from './audit-event.entity.js';

/** One line of the trail as other modules may show it: without addresses, agents and request ids. */
export interface PastEvent {
  readonly id: string;
  /** Epoch ms. */
  readonly time: number;
  readonly action: string;
  readonly actor: AuditActor;
  readonly target: { readonly kind: string; readonly id: string; readonly name: string };
  readonly details: Readonly<Record<string, unknown>>;
}

/** The trail of single things, for the modules that they belong to; who may see it is theirs to check. */
@Injectable()
export class AuditHistory {
  constructor(private readonly events: AuditRepository) {}

  /** What was done to these things, newest first, and no more than `limit`. */
  async of(kind: string, ids: readonly string[], limit: number): Promise<PastEvent[]> {
    return (await this.events.findOfTargets(kind, ids, limit)).map(pastEvent);
  }

  /** What these did, newest first, and no more than `limit`. */
  async by(actorIds: readonly string[], limit: number): Promise<PastEvent[]> {
    return (await this.events.findOfActors(actorIds, limit)).map(pastEvent);
  }
}

const ACTOR_KINDS = ['staff', 'customer', 'anonymous', 'system'] as const;

function pastEvent(event: AuditEvent): PastEvent {
  return {
    id: event.id,
    time: event.time,
    action: event.action,
    actor: {
      kind: ACTOR_KINDS.find((kind) => kind === event.actorKind) ?? 'system',
      ...(event.actorId !== null && { id: event.actorId }),
      ...(event.actorName !== null && { name: event.actorName }),
    },
    target: { kind: event.targetKind ?? '', id: event.targetId ?? '', name: event.targetName ?? '' },
    details: JSON.parse(event.details) as Record<string, unknown>,
  };
}
