import { errorCode } from '@logs-collector/runtime/error-code';
import pg from 'pg';
import type { FormerRow } from './former-drain.js';
import { ImportError } from './import-error.js';

const UNDEFINED_TABLE = '42P01';
const CONNECT_TIMEOUT_MS = 10_000;

/** Where nothing is said of a time, it is null; `infinity` has no number of milliseconds that anybody means. */
const STATEMENT = `
  SELECT drain AS id, app, space, site, destination AS url,
         (extract(epoch FROM created) * 1000)::float8 AS created,
         (extract(epoch FROM updated) * 1000)::float8 AS updated
  FROM public.drains ORDER BY created, drain`;

/** All drains of the former PostgreSQL, which is only read. Undefined where it has no such table. */
export async function readFormerPostgres(url: string): Promise<FormerRow[] | undefined> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: '-c default_transaction_read_only=on',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<FormerRow>(STATEMENT);
    return rows;
  } catch (error) {
    const code = errorCode(error);
    if (code === UNDEFINED_TABLE) return undefined;
    // The driver's own words may hold the address with its password; its code does not.
    throw new ImportError(`The drains in POSTGRES_URL cannot be read (${code ?? 'unknown error'}).`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}
