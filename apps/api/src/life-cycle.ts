import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { errorCode } from '@logs-collector/runtime/error-code';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { firstAdministratorFaults } from './auth/setup/first-administrator.js';
import { SetupNotice } from './auth/setup/setup-notice.js';
import { bootstrap } from './bootstrap.js';
import { StartUpError } from './common/errors/start-up-error.js';
import { PublicUrl } from './common/http/public-url.js';
import { type AppLog, createLog } from './common/logging/logger.js';
import type { SupervisorMessage } from './common/worker-channel.js';
import { prepareDataDirectory } from './config/data-directory.js';
import { formerSettingWarnings, loadSettings, type Settings } from './config/settings.js';
import { serveGroupMetrics } from './metrics/group-metrics.js';
import { shutDown } from './shut-down.js';
import { tidyUpAfterStart } from './start-up-memory.js';
import { type StopTracing, startTracing } from './tracing/start-tracing.js';
import { type ListeningAddress, WorkerSupervisor } from './worker-supervisor.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** What an administrator can mend about HOST and PORT, by the system's code. */
const LISTEN_FAULTS: Readonly<Record<string, (port: string) => string>> = {
  EADDRINUSE: (port) => `PORT ${port} is in use by another program. Stop that one, or set another PORT.`,
  EADDRNOTAVAIL: () => 'HOST is no address of this machine.',
  EACCES: (port) => `PORT ${port} may not be opened by this user; ports below 1024 need a privilege.`,
};

/** The life of the process, from the environment to the exit code. */
export async function run(): Promise<void> {
  // Whatever is made from here on, SQLite's files included, is nobody else's to read.
  process.umask(0o077);
  try {
    const settings = prepareDataDirectory(
      loadSettings(process.env, (path) => readFileSync(path, 'utf8'), [firstAdministratorFaults]),
    );
    const log = createLog(settings);
    endOnUnexpectedErrors(log);
    if (cluster.isWorker) return await work(settings, log);
    for (const warning of formerSettingWarnings(process.env)) log.warn(warning);
    if (settings.WEB_CONCURRENCY > 1) return await supervise(settings, log);
    const stopTracing = await startTracing(process.env, log);
    const app = await bootstrap(settings, log);
    endOnSignals((signal) => end(app, log, signal, stopTracing));
    announce(app.getHttpServer().address() as AddressInfo, settings, log);
    app.get(SetupNotice).say();
    tidyUpAfterStart();
  } catch (error) {
    refuse(error);
  }
}

/** What an administrator can mend is said in plain lines; anything else is a fault of ours and shows where. */
function refuse(error: unknown): never {
  const isPlain = error instanceof SettingsError || error instanceof StartUpError;
  const text = isPlain ? error.message : (listenFault(error) ?? describe(error));
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function listenFault(error: unknown): string | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'port' in error)) return undefined;
  // A worker's port is bound by the process before it.
  if (error.syscall !== 'listen' && error.syscall !== 'bind') return undefined;
  return LISTEN_FAULTS[errorCode(error) ?? '']?.(String(error.port));
}

function describe(error: unknown): string {
  return error instanceof Error ? `The server could not start: ${error.stack}` : 'The server could not start.';
}

/** After an error nobody expected, the state in memory cannot be trusted; what is stored can. */
function endOnUnexpectedErrors(log: AppLog): void {
  const end = (kind: string) => (error: unknown) => {
    log.fatal({ msg: 'unexpected error, the process ends', kind, error });
    process.exit(1);
  };
  process.on('uncaughtException', end('exception'));
  process.on('unhandledRejection', end('rejection'));
}

/** The first of several processes, which serves nothing. */
async function supervise(settings: Settings, log: AppLog): Promise<void> {
  const supervisor = new WorkerSupervisor(settings.WEB_CONCURRENCY, log);
  for (const signal of SIGNALS) process.on(signal, () => supervisor.end(signal));
  await serveGroupMetrics(settings, log);
  announce(await supervisor.start(), settings, log);
}

/**
 * One of several processes. It ends when the first one says so: a terminal and some service managers send their signals
 * to all processes, and the second one would end it at once.
 */
async function work(settings: Settings, log: AppLog): Promise<void> {
  for (const signal of SIGNALS) process.on(signal, () => undefined);
  // Listened for before the start, which may take its time.
  const ending = new Promise<string>((resolve) => {
    process.on('message', (message: SupervisorMessage) => {
      if (message.kind === 'end') resolve(message.signal);
    });
  });
  const stopTracing = await startTracing(process.env, log);
  const app = await bootstrap(settings, log);
  void ending.then((signal) => end(app, log, signal, stopTracing));
  app.get(SetupNotice).say();
  tidyUpAfterStart();
}

/** The first signal ends the process gently, the second at once. */
function endOnSignals(endGently: (signal: string) => void): void {
  let isEnding = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (isEnding) process.exit(128 + constants.signals[signal]);
      isEnding = true;
      endGently(signal);
    });
  }
}

function end(app: NestFastifyApplication, log: AppLog, signal: string, stopTracing: StopTracing): void {
  log.info({ msg: 'shutting down', signal });
  void shutDown(app, log).then(async (code) => {
    await stopTracing();
    process.exit(code);
  });
}

function announce({ address, port }: ListeningAddress, settings: Settings, log: AppLog): void {
  const startedInMs = Math.round(process.uptime() * 1_000);
  log.info({ msg: 'listening', address, port, started_in_ms: startedInMs });
  if (!process.stdout.isTTY) return;
  const url = settings.PUBLIC_URL ?? new PublicUrl(settings).withoutRequest().replace(/:\d+$/, `:${port}`);
  process.stdout.write(`\n  Logs Collector is ready: ${url}\n\n`);
}
