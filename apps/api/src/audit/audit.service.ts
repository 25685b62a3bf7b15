import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Ids } from '../common/ids.js';
import { requestContext } from '../common/request-context.js';
import { Database } from '../database/database.js';
import { AuditRepository } from './audit.repository.js';

/** Who did it: a member of staff, a customer with an upload token, somebody unknown, or the program itself. */
export interface AuditActor {
  readonly kind: 'staff' | 'customer' | 'anonymous' | 'system';
  readonly id?: string;
  readonly name?: string;
}

export interface AuditEntry {
  /** `<noun>.<past participle>`, for example `archive.downloaded`. */
  readonly action: string;
  readonly actor: AuditActor;
  readonly target?: { readonly kind: string; readonly id?: string; readonly name?: string };
  /** Facts worth keeping; never a secret, never a customer's bytes. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const AGENT_LENGTH = 256;

/** Writes the audit trail. Called inside the transaction of what it records, so that neither exists without the other. */
@Injectable()
export class AuditService {
  constructor(
    private readonly events: AuditRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async record(entry: AuditEntry): Promise<void> {
    const context = requestContext();
    await this.database.transaction(() =>
      this.events.insert({
        id: this.ids.next(),
        time: this.clock.now(),
        action: entry.action,
        actorKind: entry.actor.kind,
        actorId: entry.actor.id ?? null,
        actorName: entry.actor.name ?? null,
        targetKind: entry.target?.kind ?? null,
        targetId: entry.target?.id ?? null,
        targetName: entry.target?.name?.slice(0, 255) ?? null,
        address: context?.address ?? null,
        agent: context?.agent.slice(0, AGENT_LENGTH) ?? null,
        requestId: context?.requestId ?? null,
        details: JSON.stringify(entry.details ?? {}),
      }),
    );
  }
}
