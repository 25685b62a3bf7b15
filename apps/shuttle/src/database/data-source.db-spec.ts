import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { openDatabase } from './data-source.js';

const directory = mkdtempSync(join(tmpdir(), 'logshuttle-database-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function newPostgres(): Promise<DatabaseTarget> {
  const server = process.env.TEST_POSTGRES_18_URL;
  const name = `shuttle_${randomBytes(8).toString('hex')}`;
  const client = new pg.Client({ connectionString: `${server}/postgres` });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return { kind: 'postgres', url: `${server}/${name}` };
}

const kinds = {
  sqlite: async (): Promise<DatabaseTarget> => ({ kind: 'sqlite', path: join(directory, 'shuttle.sqlite3') }),
  'postgres 18': newPostgres,
};

describe.each(Object.entries(kinds))('The tables of the shuttle in %s', (_kind, newTarget) => {
  let target: DatabaseTarget;
  let source: DataSource;

  beforeAll(async () => {
    target = await newTarget();
    source = await openDatabase(target);
  });

  afterAll(() => source?.destroy());

  it('are what the entities say: there is nothing left to change', async () => {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('go and come back with the migration', async () => {
    await source.undoLastMigration();
    expect(await source.runMigrations()).toHaveLength(1);
  });

  it('may be brought up to date by several instances at once', async () => {
    const others = await Promise.all([openDatabase(target), openDatabase(target)]);
    for (const other of others) await other.destroy();
  });
});
