import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseTarget, parseDatabaseUrl } from '@logs-collector/runtime/database-url';
import pg from 'pg';

export interface TestDatabase {
  readonly target: DatabaseTarget;
  /** As DB_URL takes it. */
  readonly url: string;
  drop(): Promise<void>;
}

/** Every database that is supported, for `describe.each`. */
export const databaseKinds = ['sqlite', 'postgres 15', 'postgres 18'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/** A new empty database of that kind. */
export async function createTestDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  return kind === 'sqlite' ? createSqlite() : createPostgres(kind.replace('postgres ', ''));
}

function createSqlite(): TestDatabase {
  const directory = mkdtempSync(join(tmpdir(), 'logs-collector-sqlite-'));
  const url = `sqlite:///${join(directory, 'test.sqlite3')}`;
  return {
    target: parseDatabaseUrl(url),
    url,
    drop: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

async function createPostgres(version: string): Promise<TestDatabase> {
  const server = process.env[`TEST_POSTGRES_${version}_URL`];
  if (!server) throw new Error(`PostgreSQL ${version} was not started by the global set-up.`);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${name}`);
  const url = `${server}/${name}`;
  return { target: parseDatabaseUrl(url), url, drop: () => administer(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${server}/postgres` });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
