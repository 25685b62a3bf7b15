import type { EventEmitter } from 'node:events';

export interface PostgresConnection {
  /** `postgres://…`, as `parseDatabaseUrl` gives it. */
  readonly url: string;
  readonly poolSize: number;
  /** The package pg. By itself TypeORM looks for it in node_modules, which a bundle in an image does not have. */
  readonly driver: object;
  /** What every session is started with, as `-c name=value` one after the other. */
  readonly sessionOptions: string;
}

/** The part of TypeORM's options that decides how its pool behaves when a connection is lost: nobody's process ends. */
export function postgresConnection({ url, poolSize, driver, sessionOptions }: PostgresConnection) {
  return {
    type: 'postgres',
    url,
    poolSize,
    driver,
    installExtensions: false,
    // A lost idle connection is reported here; without a handler it would end the process.
    poolErrorHandler: () => undefined,
    connectTimeoutMS: 10_000,
    extra: {
      // TypeORM listens to a connection's errors only while it uses it, the pool only while it is idle. One that comes
      // in between would end the process; whoever uses the connection next learns of it anyway.
      onConnect: (client: EventEmitter) => {
        client.on('error', () => undefined);
      },
      options: sessionOptions,
    },
  } as const;
}
