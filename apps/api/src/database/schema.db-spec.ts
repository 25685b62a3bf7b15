import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../../test-support/test-databases.js';
import { entities } from '../app.entities.js';
import { type DataSources, openDataSources } from './data-sources.js';

describe.each(databaseKinds)('The migrated schema on %s', (kind) => {
  let test: TestDatabase;
  let sources: DataSources;

  beforeEach(async () => {
    test = await createTestDatabase(kind);
    sources = await openDataSources(test.target, entities);
  });

  afterEach(async () => {
    await sources.reader.destroy();
    await sources.writer.destroy();
    await test.drop();
  });

  it('equals what the entities say', async () => {
    const difference = await sources.writer.driver.createSchemaBuilder().log();
    expect(difference.upQueries.map((query) => query.query)).toEqual([]);
  });

  it('goes all the way down and up again', async () => {
    const { writer } = sources;
    for (const _ of writer.migrations) await writer.undoLastMigration({ transaction: 'each' });
    const difference = await writer.driver.createSchemaBuilder().log();
    expect(difference.upQueries.length).toBeGreaterThan(0);
    await writer.runMigrations({ transaction: 'each' });
    expect((await writer.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
  });
});
