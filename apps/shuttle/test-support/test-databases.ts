import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import pg from 'pg';

type NewTarget = () => Promise<DatabaseTarget>;

/** An empty database of each kind, by name; files lie in the directory. */
export function testDatabases(directory: string): (readonly [string, NewTarget])[] {
  return [
    ['sqlite', async () => ({ kind: 'sqlite', path: join(directory, 'shuttle.sqlite3') })],
    ['postgres 18', newPostgres],
  ];
}

async function newPostgres(): Promise<DatabaseTarget> {
  const server = process.env.TEST_POSTGRES_18_URL;
  const name = `shuttle_${randomBytes(8).toString('hex')}`;
  const client = new pg.Client({ connectionString: `${server}/postgres` });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return { kind: 'postgres', url: `${server}/${name}` };
}
