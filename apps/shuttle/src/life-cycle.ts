import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { errorCode } from '@logs-collector/runtime/error-code';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { loadSettings } from './config/settings.js';
import { createLog, type ShuttleLog } from './log.js';
import { type Shuttle, startShuttle } from './shuttle.js';
import { withinLimit } from './within-limit.js';

/**
 * Beyond what everything has of its own, and before orchestrators kill. A broker that stands still can hold up the end for
 * minutes; what is not committed by then comes again.
 */
const END_LIMIT_MS = 25_000;
const SIGNALS = { SIGTERM: 15, SIGINT: 2 } as const;

/** The life of the process, from the environment to the exit code. */
export async function run(): Promise<void> {
  // Whatever is made from here on is nobody else's to read.
  process.umask(0o077);
  try {
    const settings = loadSettings(process.env, (path) => readFileSync(path, 'utf8'));
    const log = createLog(settings.DEBUG_SESSION ? 'debug' : settings.LOG_LEVEL);
    endOnUnexpectedErrors(log);
    const shuttle = await startShuttle(settings, log);
    endOnSignals(shuttle, log);
    await shuttle.server.listen({ host: settings.HOST, port: settings.SHUTTLE_PORT });
    const { address, port } = shuttle.server.server.address() as AddressInfo;
    log.info({ msg: 'listening', address, port, started_in_ms: Math.round(process.uptime() * 1_000) });
  } catch (error) {
    process.stderr.write(`${refusal(error)}\n`);
    process.exit(1);
  }
}

/** What an administrator can mend is said in plain lines; anything else is a fault of ours and shows where. */
function refusal(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  if (errorCode(error) === 'EADDRINUSE') return 'SHUTTLE_PORT is in use by another program.';
  return `The shuttle could not start: ${error instanceof Error ? error.stack : 'unknown reason'}`;
}

/** After an error nobody expected, the state in memory cannot be trusted; what Kafka and the disk have can. */
function endOnUnexpectedErrors(log: ShuttleLog): void {
  const end = (kind: string) => (error: unknown) => {
    log.fatal({ msg: 'unexpected error, the process ends', kind, error });
    process.exit(1);
  };
  process.on('uncaughtException', end('exception'));
  process.on('unhandledRejection', end('rejection'));
}

/** The first signal ends the process gently, the second at once. */
function endOnSignals(shuttle: Shuttle, log: ShuttleLog): void {
  let isEnding = false;
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (isEnding) process.exit(128 + number);
      isEnding = true;
      log.info({ msg: 'shutting down', signal });
      withinLimit(END_LIMIT_MS, shuttle.close()).then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ msg: 'shutting down failed', error });
          process.exit(1);
        },
      );
    });
  }
}
