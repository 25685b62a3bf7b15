import type { Database } from './database.js';

/**
 * How far the database's clock is ahead of this machine's, in milliseconds; negative where it is behind, and 0 on SQLite, which
 * has no other. Times that several servers compare are those of the database: their own clocks need not agree.
 */
export async function clockLead(database: Database): Promise<number> {
  if (database.isSqlite) return 0;
  const askedAt = Date.now();
  const rows: { readonly ms: string }[] = await database.manager.query(
    'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms',
  );
  return Math.round(Number(rows[0]?.ms) - (askedAt + Date.now()) / 2);
}
