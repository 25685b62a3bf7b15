import { randomUUID } from 'node:crypto';
import { errorCode } from '@logs-collector/runtime/error-code';
import type { KeyRing } from '@logs-collector/runtime/key-ring';
import type { TlsMaterial } from '@logs-collector/shuttle/delivery/channels/stream-transport';
import type { DrainTarget } from '@logs-collector/shuttle/drain-url';
import type { Destination } from '@logs-collector/shuttle/record';
import { type DataSource, type FindOptionsWhere, In, type Repository } from 'typeorm';
import { Drain } from '../database/drain.entity.js';
import { SealedDrains, type StoredDrain } from './sealed-drains.js';

export interface NewDrain {
  readonly destination: Destination;
  readonly url: string;
  readonly target: DrainTarget;
  readonly tls?: TlsMaterial;
}

/** What is not given stays. */
export interface DrainChange {
  readonly isPaused?: boolean;
  /** Null takes the certificates away. */
  readonly tls?: TlsMaterial | null;
}

export interface DrainPageRequest {
  /** As the app's HOSTNAME is written: app and space joined by `-`. */
  readonly appSpace?: string;
  readonly site?: string;
  readonly limit: number;
  readonly offset: number;
}

/** Any UUID-shaped text, as the original's; anything else is not even asked for. */
const ID = /^[0-9A-Za-z-]{1,64}$/;
const UNIQUE_VIOLATIONS = new Set(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', '23505']);

/** The drains in the database, their URLs and certificates sealed. */
export class DrainStore {
  private readonly rows: Repository<Drain>;
  private readonly sealed: SealedDrains;

  constructor(source: DataSource, keyRing: KeyRing) {
    this.rows = source.getRepository(Drain);
    this.sealed = new SealedDrains(keyRing);
  }

  /** Undefined where the same URL is registered for the same destination already. */
  async add({ destination, url, target, tls }: NewDrain, nowMs: number): Promise<StoredDrain | undefined> {
    const drain: StoredDrain = {
      id: randomUUID(),
      destination,
      target,
      tls,
      isPaused: false,
      revision: 0,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    };
    return (await this.insert(drain, url)) ? drain : undefined;
  }

  /** Adds a drain that has its id already. False where it is there, or another with the same URL and destination is. */
  async insert(drain: StoredDrain, url: string): Promise<boolean> {
    if ((await this.idOfSame(drain)) !== undefined) return false;
    const { id, destination, target, tls, isPaused, revision, createdAtMs, updatedAtMs } = drain;
    try {
      await this.rows.insert({
        ...ownerOf(destination),
        ...this.sealed.url(id, url, target),
        ...this.sealed.tls(id, tls),
        id,
        isPaused,
        revision,
        createdAt: createdAtMs,
        updatedAt: updatedAtMs,
      });
      return true;
    } catch (error) {
      if (UNIQUE_VIOLATIONS.has(errorCode(error) ?? '')) return false;
      throw error;
    }
  }

  /** Its own id where it is there, else that of one with the same URL and destination. */
  async idOfSame({
    id,
    destination,
    target,
  }: Pick<StoredDrain, 'id' | 'destination' | 'target'>): Promise<string | undefined> {
    const same = await this.rows.find({
      select: { id: true },
      where: [{ id }, { ...ownerOf(destination), urlHash: In(this.sealed.urlHashes(target)) }],
    });
    return (same.find((row) => row.id === id) ?? same[0])?.id;
  }

  /**
   * Seals anew what was sealed with the previous SECRET_KEY, which can be dropped afterwards.
   * @throws SettingsError where neither key opens a drain.
   */
  async sealAnew(): Promise<void> {
    for (const row of await this.rows.find()) {
      const renewed = this.sealed.renewed(row);
      if (renewed) await this.rows.update({ id: row.id }, renewed);
    }
  }

  /** In the order in which they were added. */
  async list(destination?: Destination): Promise<StoredDrain[]> {
    const where: FindOptionsWhere<Drain> = destination ? ownerOf(destination) : {};
    const rows = await this.rows.find({ where, order: { createdAt: 'ASC', id: 'ASC' } });
    return rows.map((row) => this.sealed.opened(row));
  }

  /** Newest first, and how many there are in all. */
  async page({ appSpace, site, limit, offset }: DrainPageRequest): Promise<{ drains: StoredDrain[]; total: number }> {
    const query = this.rows.createQueryBuilder('drain');
    if (appSpace !== undefined) {
      query.where("drain.kind = 'app' AND drain.name || '-' || drain.space = :appSpace", { appSpace });
    }
    if (site !== undefined) query.andWhere("drain.kind = 'site' AND drain.name = :site", { site });
    const [rows, total] = await query
      .orderBy({ 'drain.createdAt': 'DESC', 'drain.id': 'DESC' })
      .limit(limit)
      .offset(offset)
      .getManyAndCount();
    return { drains: rows.map((row) => this.sealed.opened(row)), total };
  }

  /** The ids with their revisions alone, for seeing what has changed. */
  async revisions(): Promise<Map<string, number>> {
    const rows = await this.rows.find({ select: { id: true, revision: true } });
    return new Map(rows.map(({ id, revision }) => [id, revision]));
  }

  /** Undefined where there is no such drain, or where it is not of the destination that is named. */
  async find(id: string, destination?: Destination): Promise<StoredDrain | undefined> {
    if (!ID.test(id)) return undefined;
    const row = await this.rows.findOneBy({ ...(destination ? ownerOf(destination) : {}), id });
    return row ? this.sealed.opened(row) : undefined;
  }

  /** False where there is no such drain any more. */
  async change(id: string, { isPaused, tls }: DrainChange, nowMs: number): Promise<boolean> {
    const { affected } = await this.rows.update(
      { id },
      {
        ...(isPaused === undefined ? {} : { isPaused }),
        ...(tls === undefined ? {} : this.sealed.tls(id, tls ?? undefined)),
        updatedAt: nowMs,
        revision: () => 'revision + 1',
      },
    );
    return affected === 1;
  }

  /** True for the one call that has removed it. */
  async remove(id: string): Promise<boolean> {
    const { affected } = await this.rows.delete({ id });
    return affected === 1;
  }
}

function ownerOf(destination: Destination): Pick<Drain, 'kind' | 'name' | 'space'> {
  return destination.kind === 'app'
    ? { kind: 'app', name: destination.app, space: destination.space }
    : { kind: 'site', name: destination.site, space: '' };
}
