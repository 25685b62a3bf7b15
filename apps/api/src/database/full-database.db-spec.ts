import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import BetterSqlite3 from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import { entities } from '../app.entities.js';
import { openDataSources } from './data-sources.js';
import { Database } from './database.js';
import { Meta } from './meta.entity.js';

/** As a full volume does, SQLite's own limit of pages answers SQLITE_FULL and rolls back by itself. */
describe('A full SQLite database', () => {
  let directory: string;
  let path: string;
  let writer: DataSource;
  let database: Database;
  let released: number;
  let hasReserve: boolean;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'logs-collector-full-'));
    path = join(directory, 'test.sqlite3');
    const sources = await openDataSources({ kind: 'sqlite', path }, entities);
    writer = sources.writer;
    released = 0;
    hasReserve = true;
    database = new Database(sources.writer, sources.reader, {
      release: () => {
        if (!hasReserve) return false;
        hasReserve = false;
        released += 1;
        void writer.query('PRAGMA max_page_count = 100000');
        return true;
      },
    });
  });

  afterEach(async () => {
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const write = (key: string, bytes: number) =>
    database.transaction(() => database.repository(Meta).insert({ key, value: 'x'.repeat(bytes) }));
  const fill = () => writer.query('PRAGMA max_page_count = 1');
  /** What another process finds: committed, and not only seen by the connection that wrote it. */
  const committed = () => {
    const other = new BetterSqlite3(path, { readonly: true });
    const rows = other.prepare('SELECT "key" FROM "meta" ORDER BY "key"').pluck().all();
    other.close();
    return rows;
  };

  it('gets the reserve, and the write succeeds', async () => {
    await fill();
    await write('a', 100_000);
    expect([committed(), released]).toEqual([['a'], 1]);
  });

  it('refuses where there is no reserve, and nothing of the refused write is left', async () => {
    hasReserve = false;
    await fill();
    await expect(write('a', 100_000)).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    expect([committed(), released]).toEqual([[], 0]);
  });

  it('commits what it acknowledges afterwards, also after a later transaction has failed', async () => {
    hasReserve = false;
    await fill();
    await expect(write('a', 100_000)).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    await writer.query('PRAGMA max_page_count = 100000');
    const failing = database.transaction(async () => {
      await database.repository(Meta).insert({ key: 'b', value: 'rolled back' });
      throw new Error('an ordinary failure');
    });
    await expect(failing).rejects.toThrow('an ordinary failure');
    await write('c', 10);
    expect(committed()).toEqual(['c']);
  });

  it('leaves no write-ahead log behind when it is closed', async () => {
    await write('a', 100_000);
    expect(existsSync(`${path}-wal`)).toBe(true);
    await database.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(committed()).toEqual(['a']);
  });
});
