import { Injectable } from '@nestjs/common';
import { AccessControl } from '../common/access/access-control.js';
import type { Principal } from '../common/access/principal.js';
import { mapPage, type Page } from '../common/http/page.js';
import type { AuditEventView, AuditQuery } from './audit.dto.js';
import { type AuditFilter, AuditRepository } from './audit.repository.js';
import type { AuditEvent } from './audit-event.entity.js';

const EXPORT_PAGE = 1_000;

/** Reading the audit trail. */
@Injectable()
export class AuditTrailService {
  constructor(
    private readonly access: AccessControl,
    private readonly events: AuditRepository,
  ) {}

  async list(principal: Principal, query: AuditQuery): Promise<Page<AuditEventView>> {
    this.access.require(principal, 'audit.read');
    return mapPage(await this.events.list(query, filterOf(query)), viewOf);
  }

  /** Everything that the filter lets through, newest first, page by page. The access check is made before it answers. */
  export(principal: Principal, query: AuditQuery): AsyncGenerator<AuditEventView> {
    this.access.require(principal, 'audit.read');
    return this.pages(filterOf(query));
  }

  private async *pages(filter: AuditFilter): AsyncGenerator<AuditEventView> {
    let cursor: string | undefined;
    do {
      const page: Page<AuditEvent> = await this.events.list({ limit: EXPORT_PAGE, cursor }, filter);
      yield* page.items.map(viewOf);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
}

function filterOf(query: AuditQuery): AuditFilter {
  return {
    action: query.action,
    actor: query.actor,
    targetKind: query.target_kind,
    target: query.target,
    address: query.address,
    from: query.time__gte === undefined ? undefined : Date.parse(query.time__gte),
    to: query.time__lte === undefined ? undefined : Date.parse(query.time__lte),
  };
}

function viewOf(event: AuditEvent): AuditEventView {
  return {
    id: event.id,
    time: new Date(event.time).toISOString(),
    action: event.action,
    actor_kind: event.actorKind,
    actor_id: event.actorId,
    actor_name: event.actorName,
    target_kind: event.targetKind,
    target_id: event.targetId,
    target_name: event.targetName,
    address: event.address,
    agent: event.agent,
    request_id: event.requestId,
    details: JSON.parse(event.details) as Record<string, unknown>,
  };
}
