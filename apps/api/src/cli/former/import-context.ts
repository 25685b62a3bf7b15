import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import { AuditEvent } from '../../audit/audit-event.entity.js';
import type { InstallationAccess } from '../installation-access.js';
import type { ImportReport } from './import-report.js';

/** What the audit trail says of each. */
const EVENTS = {
  user: { action: 'user.imported' },
  platform: { action: 'platform.imported' },
  ticket: { action: 'ticket.imported' },
  archive: { action: 'archive.imported' },
} as const;
type Target = keyof typeof EVENTS;

/** What all parts of an import share. */
export class ImportContext {
  constructor(
    readonly access: InstallationAccess,
    readonly report: ImportReport,
    /** Nothing is written. */
    readonly isDry: boolean,
  ) {}

  /** Only in the trail: it came by an earlier import, and somebody has deleted it here since. */
  wasImported(kind: Target, id: string): Promise<boolean> {
    return this.access.database.repository(AuditEvent).existsBy({ targetKind: kind, targetId: id, ...EVENTS[kind] });
  }

  /** Part of the transaction of what it records. */
  async record(
    kind: Target,
    target: { readonly id: string; readonly name: string },
    details: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await this.access.audit.record({
      ...{ ...EVENTS[kind], actor: SYSTEM_ACTOR, target: { kind, ...target }, details },
    });
  }
}
