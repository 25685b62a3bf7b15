import { randomUUID } from 'node:crypto';
import { errorCode } from '@logs-collector/runtime/error-code';
import type { KeyRing } from '@logs-collector/runtime/key-ring';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { type DrainTarget, parseDrainUrl } from '@logs-collector/shuttle/drain-url';
import type { Destination } from '@logs-collector/shuttle/record';
import { type DataSource, type FindOptionsWhere, In, type Repository } from 'typeorm';
import { Drain } from '../database/drain.entity.js';

/** A registered drain, its URL opened. */
export interface StoredDrain {
  readonly id: string;
  readonly destination: Destination;
  readonly target: DrainTarget;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

const UNIQUE_VIOLATIONS = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', '23505']);

/** The drains in the database, their URLs sealed. */
export class DrainStore {
  private readonly rows: Repository<Drain>;

  constructor(
    source: DataSource,
    private readonly keyRing: KeyRing,
  ) {
    this.rows = source.getRepository(Drain);
  }

  /** Undefined where the same URL is registered for the same destination already. */
  async add(
    destination: Destination,
    url: string,
    target: DrainTarget,
    nowMs: number,
  ): Promise<StoredDrain | undefined> {
    const drain = { id: randomUUID(), destination, target, createdAtMs: nowMs, updatedAtMs: nowMs };
    return (await this.insert(drain, url)) ? drain : undefined;
  }

  /** Adds a drain that has its id already. False where it is there, or another with the same URL and destination is. */
  async insert(drain: StoredDrain, url: string): Promise<boolean> {
    if (await this.has(drain)) return false;
    const { id, destination, target, createdAtMs, updatedAtMs } = drain;
    try {
      await this.rows.insert({
        ...ownerOf(destination),
        ...this.sealed(id, url, target),
        id,
        createdAt: createdAtMs,
        updatedAt: updatedAtMs,
      });
      return true;
    } catch (error) {
      if (UNIQUE_VIOLATIONS.has(errorCode(error) ?? '')) return false;
      throw error;
    }
  }

  /** Whether this drain is there, by its id, or by its URL and what it belongs to. */
  async has({ id, destination, target }: Pick<StoredDrain, 'id' | 'destination' | 'target'>): Promise<boolean> {
    const hashes = this.keyRing.hashes('drain-lookup', target.identity);
    return this.rows.existsBy([{ id }, { ...ownerOf(destination), urlHash: In(hashes) }]);
  }

  /**
   * Seals anew what was sealed with the previous SECRET_KEY, which can be dropped afterwards.
   * @throws SettingsError where neither key opens a drain.
   */
  async sealAnew(): Promise<void> {
    for (const { id, urlSealed } of await this.rows.find()) {
      if (this.keyRing.isSealedWithCurrent('drain-sealing', id, urlSealed)) continue;
      const url = this.open(id, urlSealed);
      await this.rows.update({ id }, this.sealed(id, url, parseDrainUrl(url)));
    }
  }

  /** In the order in which they were added. */
  async list(destination?: Destination): Promise<StoredDrain[]> {
    const where: FindOptionsWhere<Drain> = destination ? ownerOf(destination) : {};
    const rows = await this.rows.find({ where, order: { createdAt: 'ASC', id: 'ASC' } });
    return rows.map((row) => this.opened(row));
  }

  /** The ids alone, for seeing what has changed. */
  async ids(): Promise<string[]> {
    const rows = await this.rows.find({ select: { id: true } });
    return rows.map(({ id }) => id);
  }

  /** Undefined where there is no such drain, or where it is another destination's. */
  async find(destination: Destination, id: string): Promise<StoredDrain | undefined> {
    const row = await this.rows.findOneBy({ ...ownerOf(destination), id });
    return row ? this.opened(row) : undefined;
  }

  /** True for the one call that has removed it. */
  async remove(destination: Destination, id: string): Promise<boolean> {
    const { affected } = await this.rows.delete({ ...ownerOf(destination), id });
    return affected === 1;
  }

  private sealed(id: string, url: string, target: DrainTarget): Pick<Drain, 'urlSealed' | 'urlHash'> {
    return {
      urlSealed: this.keyRing.seal('drain-sealing', id, url),
      urlHash: this.keyRing.hash('drain-lookup', target.identity),
    };
  }

  private open(id: string, urlSealed: string): string {
    try {
      return this.keyRing.open('drain-sealing', id, urlSealed);
    } catch {
      throw new SettingsError(['SECRET_KEY does not open the drains in the database; set the key they were made with']);
    }
  }

  private opened(row: Drain): StoredDrain {
    return {
      id: row.id,
      destination:
        row.kind === 'app' ? { kind: 'app', app: row.name, space: row.space } : { kind: 'site', site: row.name },
      target: parseDrainUrl(this.open(row.id, row.urlSealed)),
      createdAtMs: row.createdAt,
      updatedAtMs: row.updatedAt,
    };
  }
}

function ownerOf(destination: Destination): Pick<Drain, 'kind' | 'name' | 'space'> {
  return destination.kind === 'app'
    ? { kind: 'app', name: destination.app, space: destination.space }
    : { kind: 'site', name: destination.site, space: '' };
}
