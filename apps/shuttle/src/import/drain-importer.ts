import { ConnectRefusedError, type SafeConnect } from '@logs-collector/runtime/safe-connect';
import { type DrainTarget, DrainUrlError, parseDrainUrl } from '@logs-collector/shuttle/drain-url';
import type { DataSource, Repository } from 'typeorm';
import { ImportedDrain } from '../database/imported-drain.entity.js';
import type { DrainStore } from '../drains/drain-store.js';
import type { StoredDrain } from '../drains/sealed-drains.js';
import { type FormerDrain, type FormerRow, parseFormerDrain } from './former-drain.js';
import type { ImportReport, Reason } from './import-report.js';

export interface ImporterParts {
  readonly source: DataSource;
  readonly store: DrainStore;
  readonly guard: SafeConnect;
  readonly report: ImportReport;
  readonly isDry: boolean;
}

/** Registers former drains as they would be registered over HTTP, under the ids and with the times they had. */
export class DrainImporter {
  private readonly imported: Repository<ImportedDrain>;
  /** Ids of what a dry run would have registered, so that a second one of the same counts as there. */
  private readonly wouldBeThere = new Map<string, string>();

  constructor(private readonly parts: ImporterParts) {
    this.imported = parts.source.getRepository(ImportedDrain);
  }

  async importRow(row: FormerRow): Promise<void> {
    const { report } = this.parts;
    const drain = parseFormerDrain(row);
    if (typeof drain === 'string') return report.leaveOutRow(row, drain);
    const target = this.targetOf(drain);
    if ('reason' in target) return report.leaveOut(drain, target.reason, { detail: target.detail });
    await this.importDrain(drain, target);
  }

  private async importDrain(drain: FormerDrain, target: DrainTarget): Promise<void> {
    const { store, report, isDry } = this.parts;
    const { id, destination, url, createdAtMs = Date.now() } = drain;
    const stored: StoredDrain = {
      id,
      destination,
      target,
      tls: undefined,
      isPaused: false,
      revision: 0,
      createdAtMs,
      updatedAtMs: drain.updatedAtMs ?? createdAtMs,
    };
    const there = await store.idOfSame(stored);
    if (there !== undefined) {
      if (!isDry) await this.remember(id);
      return this.keep(drain, there);
    }
    if (await this.imported.existsBy({ id })) return report.leaveOut(drain, 'deleted_here');
    if (isDry) {
      const first = this.idOfFirst(drain, target);
      if (first !== undefined) return this.keep(drain, first);
    } else {
      if (!(await store.insert(stored, url))) return report.keep();
      // Afterwards: remembered first and then killed, it would count as deleted here.
      await this.remember(id);
    }
    report.take(drain);
  }

  private keep(drain: FormerDrain, there: string): void {
    const { report } = this.parts;
    if (there === drain.id) report.keep();
    else report.leaveOut(drain, 'duplicate', { same_as: there });
  }

  private targetOf({ url }: FormerDrain): DrainTarget | { readonly reason: Reason; readonly detail?: string } {
    try {
      const target = parseDrainUrl(url);
      this.parts.guard.check(target);
      return target;
    } catch (error) {
      if (error instanceof DrainUrlError) return { reason: 'url_invalid', detail: error.message };
      if (!(error instanceof ConnectRefusedError)) throw error;
      return { reason: error.code === 'port_not_allowed' ? 'port_not_allowed' : 'network_not_allowed' };
    }
  }

  /** In a dry run, of the one before it that is the same; undefined for the first of its kind. */
  private idOfFirst({ id, destination }: FormerDrain, { identity }: DrainTarget): string | undefined {
    const keys = [id, JSON.stringify([destination, identity])];
    const first = keys.map((key) => this.wouldBeThere.get(key)).find((known) => known !== undefined);
    for (const key of keys) if (!this.wouldBeThere.has(key)) this.wouldBeThere.set(key, first ?? id);
    return first;
  }

  private async remember(id: string): Promise<void> {
    await this.imported.upsert({ id }, ['id']);
  }
}
