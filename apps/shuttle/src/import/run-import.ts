import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { errorCode } from '@logs-collector/runtime/error-code';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { prepareSecretKey } from '../config/settings.js';
import { openDatabase } from '../database/data-source.js';
import { drainGuard } from '../drains/drain-guard.js';
import { DrainStore } from '../drains/drain-store.js';
import { DrainImporter } from './drain-importer.js';
import type { FormerRow } from './former-drain.js';
import { readFormerPostgres } from './former-postgres.js';
import { readFormerRedis } from './former-redis.js';
import { ImportError } from './import-error.js';
import { ImportReport } from './import-report.js';
import { loadImportSettings } from './import-settings.js';

const EXIT = { done: 0, failed: 1, usage: 2 } as const;

const HELP = `Usage: shuttle-import [--dry-run] [--json]

Brings over the drains of the former log shuttle (Akkeris): the list \`routes\` in the Redis that REDIS_URL names, the table
public.drains of the PostgreSQL that POSTGRES_URL names, or both. They are only read. The other settings are those of the
shuttle (DATA_DIR, DB_URL, SECRET_KEY, DRAIN_ALLOW_NETS), which may be running: it takes up what is imported by itself.

It may be repeated, also after it was interrupted: what is here already stays as it is, and what was deleted here does not
come back. Drains keep their ids.

  --dry-run  say what would be imported, and register nothing
  --json     print the report as JSON

Exit codes: 0 everything is here, 1 not done, or something was left out (it is named), 2 called wrongly.
`;

/** Runs the command line and answers the exit code. */
export async function runImport(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  try {
    const { 'dry-run': isDry = false, json = false, help = false } = parse(args);
    if (help) {
      process.stdout.write(HELP);
      return EXIT.done;
    }
    const report = await importAll(environment, isDry);
    process.stdout.write(
      json
        ? `${report.toJson()}\n`
        : report
            .toLines()
            .map((line) => `${line}\n`)
            .join(''),
    );
    return report.isComplete ? EXIT.done : EXIT.failed;
  } catch (error) {
    const isUsage = errorCode(error)?.startsWith('ERR_PARSE_ARGS') ?? false;
    process.stderr.write(`${describe(error)}\n${isUsage ? `\n${HELP}` : ''}`);
    return isUsage ? EXIT.usage : EXIT.failed;
  }
}

function parse(args: readonly string[]) {
  const options = {
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  return parseArgs({ args: [...args], options }).values;
}

async function importAll(environment: NodeJS.ProcessEnv, isDry: boolean): Promise<ImportReport> {
  const settings = loadImportSettings(environment, (path) => readFileSync(path, 'utf8'));
  const rows = await readRows(settings.REDIS_URL, settings.formerPostgresUrl);
  const source = await openDatabase(settings.DB_URL);
  try {
    const store = new DrainStore(source, new KeyRing(prepareSecretKey(settings), settings.SECRET_KEY_PREVIOUS));
    // Throws where the drains that are there were sealed with another key: the shuttle could not open what is imported.
    await store.list();
    const guard = drainGuard(settings.DRAIN_ALLOW_NETS);
    const report = new ImportReport(isDry);
    const importer = new DrainImporter({ source, store, guard, report, isDry });
    for (const row of rows) await importer.importRow(row);
    return report;
  } finally {
    await source.destroy();
  }
}

/** The PostgreSQL may be named because the shuttle's own tables are there. */
async function readRows(redisUrl: string | undefined, postgresUrl: string | undefined): Promise<FormerRow[]> {
  const fromRedis = redisUrl === undefined ? undefined : await readFormerRedis(redisUrl);
  const fromPostgres = postgresUrl === undefined ? undefined : await readFormerPostgres(postgresUrl);
  if (!fromRedis && !fromPostgres) throw new ImportError('The database in POSTGRES_URL has no table public.drains.');
  return [...(fromRedis ?? []), ...(fromPostgres ?? [])];
}

/** What an administrator can mend is said in plain lines; anything else is a fault of ours and shows where. */
function describe(error: unknown): string {
  if (error instanceof SettingsError || error instanceof ImportError) return error.message;
  if (errorCode(error)?.startsWith('ERR_PARSE_ARGS') && error instanceof Error) return error.message;
  return `The import could not be done: ${error instanceof Error ? error.stack : 'unknown reason'}`;
}
