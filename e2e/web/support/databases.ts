import { type RunningPostgres, startPostgres } from '../../../apps/api/test-support/start-postgres.js';
import { createTestDatabase, type DatabaseKind } from '../../../apps/api/test-support/test-databases.js';
import { House } from './fixtures.js';

export interface OwnHouse {
  readonly house: House;
  close(): Promise<void>;
}

/** A server of its own for one test file, on either database. */
export async function openHouse(kind: Extract<DatabaseKind, 'sqlite' | 'postgres 18'>): Promise<OwnHouse> {
  if (kind === 'sqlite') {
    const house = await House.open();
    return { house, close: () => house.server.dispose() };
  }
  const postgres: RunningPostgres = await startPostgres('18');
  process.env.TEST_POSTGRES_18_URL = postgres.url;
  const database = await createTestDatabase(kind);
  const house = await House.open({ DB_URL: database.url });
  return {
    house,
    close: async () => {
      await house.server.dispose();
      await database.drop();
      await postgres.stop();
    },
  };
}
