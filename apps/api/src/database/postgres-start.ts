import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '@logs-collector/runtime/error-code';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { StartUpError } from '../common/errors/start-up-error.js';

export interface StartTimes {
  /** For PostgreSQL to be there. In compose it starts together with us. */
  readonly connectMs: number;
  readonly retryMs: number;
  /** For another server of this installation, which migrates, to be ready. */
  readonly turnMs: number;
}

const START_TIMES: StartTimes = { connectMs: 30_000, retryMs: 500, turnMs: 120_000 };
const ATTEMPT_MS = 10_000;
/** Any number that nobody else uses in the same database; these are the bytes of "LOGSCOLL". */
const LOCK_KEY = '5498692092979792972';
const RESTORE_LOCK_KEY = '5498692092979792973';
const LOCK_NOT_AVAILABLE = '55P03';

/** What PostgreSQL and the network say while a server is not there yet, and how we say it. */
const NOT_THERE_YET: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'it cuts the connection',
  ENOENT: 'its socket is not there',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name is not known',
  EHOSTUNREACH: 'its host cannot be reached',
  ETIMEDOUT: 'it does not answer',
  '57P03': 'it is starting up',
};

/** The turn of one process to do what only one may do at a time in the same database. */
export interface Turn {
  end(): Promise<void>;
}

/**
 * The turn of one server to look at the database, to migrate it and to put its name into it. Waits until PostgreSQL is
 * there and until no other server is at its start, so that several may be started at once on an empty database. The turn is an advisory lock of one connection: it ends with that, however the process ends.
 */
export async function takeTurn(url: string, times: StartTimes = START_TIMES): Promise<Turn> {
  const client = await connect(url, times);
  try {
    await client.query(`SELECT pg_advisory_lock(${LOCK_KEY})`);
  } catch (error) {
    await client.end().catch(() => undefined);
    if (errorCode(error) !== LOCK_NOT_AVAILABLE) throw error;
    const seconds = Math.round(times.turnMs / 1_000);
    throw new StartUpError(
      `another server has been starting on the same database for more than ${seconds} s. Wait until it is ready, or end it`,
    );
  }
  return { end: () => client.end() };
}

/** The turn of one restore, held beside the turns of starts; undefined where another one has it. */
export async function tryRestoreTurn(url: string): Promise<Turn | undefined> {
  const client = await connect(url, START_TIMES);
  const { rows } = await client.query<{ isOurs: boolean }>(
    `SELECT pg_try_advisory_lock(${RESTORE_LOCK_KEY}) AS "isOurs"`,
  );
  if (rows[0]?.isOurs) return { end: () => client.end() };
  await client.end();
  return undefined;
}

async function connect(url: string, times: StartTimes): Promise<pg.Client> {
  const deadline = performance.now() + times.connectMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connectOnce(url, times);
    } catch (error) {
      const reason = reasonToWait(error);
      if (reason === undefined) throw toRefusal(error);
      if (performance.now() + times.retryMs > deadline) {
        const seconds = Math.round(times.connectMs / 1_000);
        throw new StartUpError(`PostgreSQL is not there: ${reason}. It was waited for ${seconds} s. Check DB_URL`);
      }
      if (attempt === 1) new Logger('database').warn({ msg: 'waiting for PostgreSQL', reason });
      await delay(times.retryMs);
    }
  }
}

async function connectOnce(url: string, times: StartTimes): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: Math.min(ATTEMPT_MS, times.connectMs),
    // A lock beyond its timeout is refused; a long migration of ours must not cost us the connection.
    options: `-c lock_timeout=${times.turnMs} -c statement_timeout=0 -c idle_session_timeout=0`,
  });
  // Told to whoever uses the connection next; without a handler it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Undefined where waiting would not help. */
function reasonToWait(error: unknown): string | undefined {
  const known = NOT_THERE_YET[errorCode(error) ?? ''];
  if (known !== undefined) return known;
  // pg gives these no code.
  const message = error instanceof Error ? error.message : '';
  if (/timeout expired/i.test(message)) return NOT_THERE_YET.ETIMEDOUT;
  return /^Connection terminated/.test(message) ? NOT_THERE_YET.ECONNRESET : undefined;
}

function toRefusal(error: unknown): unknown {
  const code = errorCode(error);
  const isAboutPassword = error instanceof Error && /^SASL/.test(error.message);
  if (code === '28P01' || code === '28000' || isAboutPassword) {
    return new SettingsError(['DB_URL names a user or a password that PostgreSQL refuses']);
  }
  if (code === '3D000') return new SettingsError(['DB_URL names a database that does not exist; create it first']);
  return error;
}
