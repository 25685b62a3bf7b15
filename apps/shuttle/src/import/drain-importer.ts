import { ConnectRefusedError, type SafeConnect } from '@logs-collector/runtime/safe-connect';
import { type DrainTarget, DrainUrlError, parseDrainUrl } from '@logs-collector/shuttle/drain-url';
import type { DataSource, Repository } from 'typeorm';
import { ImportedDrain } from '../database/imported-drain.entity.js';
import type { DrainStore } from '../drains/drain-store.js';
import type { StoredDrain } from '../drains/sealed-drains.js';
import { type FormerDrain, type FormerRow, parseFormerDrain } from './former-drain.js';
import type { ImportReport } from './import-report.js';

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
  /** What a dry run would have registered, so that a second one of the same counts as there. */
  private readonly wouldBeThere = new Set<string>();

  constructor(private readonly parts: ImporterParts) {
    this.imported = parts.source.getRepository(ImportedDrain);
  }

  async importRow(row: FormerRow): Promise<void> {
    const { report } = this.parts;
    const drain = parseFormerDrain(row);
    if (typeof drain === 'string') return report.leaveOutRow(row, drain);
    const target = this.targetOf(drain);
    if (typeof target === 'string') return report.leaveOut(drain, target);
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
    if (await store.has(stored)) {
      if (!isDry) await this.remember(id);
      return report.keep();
    }
    if (await this.imported.existsBy({ id })) return report.leaveOut(drain, 'deleted_here');
    if (isDry ? this.isSecond(drain, target) : !(await store.insert(stored, url))) return report.keep();
    // Afterwards: remembered first and then killed, it would count as deleted here.
    if (!isDry) await this.remember(id);
    report.take(drain);
  }

  private targetOf({ url }: FormerDrain): DrainTarget | 'url_invalid' | 'network_not_allowed' {
    try {
      const target = parseDrainUrl(url);
      this.parts.guard.check(target);
      return target;
    } catch (error) {
      if (error instanceof DrainUrlError) return 'url_invalid';
      if (error instanceof ConnectRefusedError) return 'network_not_allowed';
      throw error;
    }
  }

  private isSecond({ id, destination }: FormerDrain, { identity }: DrainTarget): boolean {
    const keys = [id, JSON.stringify([destination, identity])];
    const isSecond = keys.some((key) => this.wouldBeThere.has(key));
    for (const key of keys) this.wouldBeThere.add(key);
    return isSecond;
  }

  private async remember(id: string): Promise<void> {
    await this.imported.upsert({ id }, ['id']);
  }
}
