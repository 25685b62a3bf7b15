import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';

export type Row = Record<string, unknown>;

/** Asks a database directly, beside the program and without its code. */
export async function queryRows(target: DatabaseTarget, sql: string): Promise<Row[]> {
  if (target.kind === 'sqlite') {
    const database = new BetterSqlite3(target.path, { readonly: true, timeout: 5_000 });
    try {
      return database.prepare<[], Row>(sql).all();
    } finally {
      database.close();
    }
  }
  return (await askPostgres(target.url, sql)).rows;
}

/** Changes rows behind the program's back, as somebody with the database's password could. */
export async function changeRows(target: DatabaseTarget, sql: string): Promise<void> {
  if (target.kind === 'postgres') {
    await askPostgres(target.url, sql);
    return;
  }
  const database = new BetterSqlite3(target.path, { timeout: 5_000 });
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

async function askPostgres(url: string, sql: string): Promise<pg.QueryResult<Row>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query<Row>(sql);
  } finally {
    await client.end();
  }
}
