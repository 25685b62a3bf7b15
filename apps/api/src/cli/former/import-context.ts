import { SYSTEM_ACTOR } from '../../audit/audit-actors.js';
import { AuditEvent } from '../../audit/audit-event.entity.js';
import type { InstallationAccess } from '../installation-access.js';
import type { ImportReport } from './import-report.js';

type Target = 'user' | 'platform' | 'ticket' | 'archive';

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
    return this.access.database
      .repository(AuditEvent)
      .existsBy({ targetKind: kind, targetId: id, action: `${kind}.imported` });
  }

  /** Part of the transaction of what it records. */
  async record(
    kind: Target,
    target: { readonly id: string; readonly name: string },
    details: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await this.access.audit.record({
      ...{ action: `${kind}.imported`, actor: SYSTEM_ACTOR, target: { kind, ...target }, details },
    });
  }
}
