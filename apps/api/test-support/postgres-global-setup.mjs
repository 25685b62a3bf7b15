// Jest loads this file by itself, without its transformer: Node strips the types of what it imports.
import { POSTGRES_VERSIONS, startPostgres } from './start-postgres.ts';

/** One server of each version for all test files, which make databases of their own in it. */
export default async function setup() {
  globalThis.runningPostgres = [];
  for (const version of POSTGRES_VERSIONS) {
    const server = await startPostgres(version);
    globalThis.runningPostgres.push(server);
    process.env[`TEST_POSTGRES_${version}_URL`] = server.url;
  }
}
