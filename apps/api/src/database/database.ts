import { AsyncLocalStorage } from 'node:async_hooks';
import { FifoMutex } from '@logs-collector/runtime/fifo-mutex';
import type BetterSqlite3 from 'better-sqlite3';
import type { Pool } from 'pg';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, Repository, SelectQueryBuilder } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { inSpan } from '../common/tracing/in-span.js';
import { UNICODE_LOWER } from './data-sources.js';
import { isDatabaseFull } from './database-failures.js';
import { EventLoopShare } from './event-loop-share.js';

interface OpenTransaction {
  readonly manager: EntityManager;
  readonly beforeCommit: (() => Promise<void>)[];
  readonly afterCommit: (() => void)[];
  isClosed: boolean;
}

/** Room on the volume that can be given up when there is no other. */
export interface SpaceReserve {
  /** True where room was given up. */
  release(): boolean;
}

/** The connections of one pool of PostgreSQL. */
export interface PoolState {
  readonly name: 'reader' | 'writer';
  readonly used: number;
  readonly idle: number;
  /** Those who wait for a connection. */
  readonly waiting: number;
}

/**
 * serialization_failure and deadlock_detected: PostgreSQL asks for the whole transaction to be repeated.
 * unique_violation: another was faster between our look and our write; repeated, the look sees it and says what is wrong.
 */
const RETRYABLE_SQLSTATES = new Set(['40001', '40P01', '23505']);
const MAX_TRIES = 5;

/**
 * The one way to the database.
 *
 * Reading uses a connection of its own that cannot write and sees only what is committed. Writing happens in
 * `transaction`, and nowhere else: a write outside one fails on both databases.
 *
 * On SQLite all of TypeORM shares one synchronous connection, so two transactions at once would mix: an acknowledged
 * write could vanish with the roll-back of a stranger's. Therefore one FIFO mutex lets them in one by one, and inside
 * a transaction nothing may be awaited but the database.
 */
export class Database {
  private readonly open = new AsyncLocalStorage<OpenTransaction>();
  private readonly mutex = new FifoMutex();
  private readonly loop = new EventLoopShare();
  private noteWait: (waitedMs: number) => void = () => undefined;

  constructor(
    private readonly writer: DataSource,
    private readonly reader: DataSource,
    private readonly reserve: SpaceReserve = { release: () => false },
  ) {}

  get isSqlite(): boolean {
    return this.writer.options.type === 'better-sqlite3';
  }

  /** No other server works on this database: what an earlier process left behind, nobody is working on any more. */
  get isExclusive(): boolean {
    return this.isSqlite;
  }

  /** Inside a transaction its manager, so that it sees its own writes; else the reader. */
  get manager(): EntityManager {
    const transaction = this.open.getStore();
    if (!transaction) return this.reader.manager;
    if (transaction.isClosed)
      throw new Error('The database was used after the end of the transaction that started this work.');
    return transaction.manager;
  }

  repository<T extends ObjectLiteral>(entity: EntityTarget<T>): Repository<T> {
    return this.manager.getRepository(entity);
  }

  /**
   * Runs `work` in a transaction; nested calls join the outer one. `work` has no side effects but on the database, as
   * it may be run again (on PostgreSQL up to five times, on SQLite once when the volume is full).
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const outer = this.open.getStore();
    if (outer && !outer.isClosed) return work();
    const system = this.isSqlite ? 'sqlite' : 'postgresql';
    return inSpan('database transaction', { 'db.system.name': system }, () => this.runTransaction(work));
  }

  private async runTransaction<T>(work: () => Promise<T>): Promise<T> {
    const askedAt = performance.now();
    const { result, afterCommit } = this.isSqlite
      ? await this.mutex.run(() => this.runOnSqlite(work, askedAt))
      : await this.runWithRetries(work);
    for (const effect of afterCommit) effect();
    return result;
  }

  /** Runs `work` as the last part of the present transaction, which it may still make fail. */
  beforeCommit(work: () => Promise<void>): void {
    const transaction = this.open.getStore();
    if (!transaction || transaction.isClosed) throw new Error('There is no transaction that this could be part of.');
    transaction.beforeCommit.push(work);
  }

  /** Runs `effect` once the present transaction has been committed; at once where there is none. */
  afterCommit(effect: () => void): void {
    const transaction = this.open.getStore();
    if (transaction && !transaction.isClosed) transaction.afterCommit.push(effect);
    else effect();
  }

  /** Locks the rows that the query finds until the end of the transaction. On SQLite the mutex already does. */
  forUpdate<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): SelectQueryBuilder<T> {
    return this.isSqlite ? query : query.setLock('pessimistic_write');
  }

  /** Keeps the rows that the query finds from being changed until the end of the transaction, and others may do the same. */
  forShare<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): SelectQueryBuilder<T> {
    return this.isSqlite ? query : query.setLock('pessimistic_read');
  }

  /** An expression whose text is compared byte by byte, as SQLite does anyway and PostgreSQL only when told. */
  bytewise(expression: string, isText: boolean): string {
    return isText && !this.isSqlite ? `${expression} COLLATE "C"` : expression;
  }

  /** A text without capitals, in every alphabet: SQLite's own LOWER knows ASCII, PostgreSQL's what its locale knows. */
  lowercase(expression: string): string {
    return `${this.isSqlite ? UNICODE_LOWER : 'LOWER'}(${expression})`;
  }

  /** `note` is told of each transaction how many milliseconds it waited to begin. */
  watchWaits(note: (waitedMs: number) => void): void {
    this.noteWait = note;
  }

  /** Empty on SQLite, which has no pools. */
  pools(): PoolState[] {
    if (this.isSqlite) return [];
    return [poolState('writer', this.writer), poolState('reader', this.reader)];
  }

  async close(): Promise<void> {
    if (this.reader.isInitialized) await this.reader.destroy();
    if (this.isSqlite && this.writer.isInitialized) await this.foldLog();
    if (this.writer.isInitialized) await this.writer.destroy();
  }

  /** Leaves one file that is whole by itself, also where another process has it open and SQLite would keep its log. */
  private async foldLog(): Promise<void> {
    try {
      await this.writer.query('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Nothing is lost: what is in the log is durable, and is taken over at the next start.
    }
  }

  private async runOnSqlite<T>(
    work: () => Promise<T>,
    askedAt: number,
  ): Promise<{ result: T; afterCommit: (() => void)[] }> {
    await this.loop.give();
    try {
      return await this.runOnce(work, askedAt);
    } catch (error) {
      endTransaction(this.writer);
      if (!isDatabaseFull(error) || !this.reserve.release()) throw error;
    }
    try {
      return await this.runOnce(work, performance.now());
    } catch (error) {
      endTransaction(this.writer);
      throw error;
    }
  }

  private async runWithRetries<T>(work: () => Promise<T>): Promise<{ result: T; afterCommit: (() => void)[] }> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.runOnce(work, performance.now());
      } catch (error) {
        if (attempt >= MAX_TRIES || !isRetryable(error)) throw error;
      }
    }
  }

  private async runOnce<T>(
    work: () => Promise<T>,
    askedAt: number,
  ): Promise<{ result: T; afterCommit: (() => void)[] }> {
    const afterCommit: (() => void)[] = [];
    const result = await this.writer.transaction(async (manager) => {
      this.noteWait(performance.now() - askedAt);
      // SQLite's BEGIN takes no lock. This write of nothing takes it now, so that an administrative command beside us
      // makes us wait here and cannot make a later statement fail.
      if (this.isSqlite) await manager.query('DELETE FROM "meta" WHERE 0');
      const transaction: OpenTransaction = { manager, beforeCommit: [], afterCommit, isClosed: false };
      try {
        return await this.open.run(transaction, async () => {
          const value = await work();
          for (const last of transaction.beforeCommit) await last();
          return value;
        });
      } finally {
        transaction.isClosed = true;
      }
    });
    return { result, afterCommit };
  }
}

/**
 * After some errors (a full volume is one) SQLite has rolled back by itself. TypeORM's ROLLBACK then fails, it takes
 * the transaction for open, and what later transactions commit would be savepoints of one that never ends.
 */
function endTransaction(writer: DataSource): void {
  const driver = writer.driver as BetterSqlite3Driver;
  const connection: BetterSqlite3.Database = driver.databaseConnection;
  if (connection.inTransaction) connection.exec('ROLLBACK');
  if (driver.queryRunner?.isTransactionActive) driver.queryRunner = undefined;
}

function poolState(name: PoolState['name'], source: DataSource): PoolState {
  const pool: Pool = (source.driver as PostgresDriver).master;
  return { name, used: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount };
}

function isRetryable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && RETRYABLE_SQLSTATES.has(code);
}
