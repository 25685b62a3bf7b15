import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import type { DataSource } from 'typeorm';
import { testDatabases } from '../../test-support/test-databases.js';
import { openDatabase } from './data-source.js';

const directory = mkdtempSync(join(tmpdir(), 'logshuttle-database-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each(testDatabases(directory))('The tables of the shuttle in %s', (_kind, newTarget) => {
  let target: DatabaseTarget;
  let source: DataSource;

  beforeAll(async () => {
    target = await newTarget();
    source = await openDatabase(target);
  });

  afterAll(() => source?.destroy());

  it('are what the entities say: there is nothing left to change', async () => {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('go and come back with the migration', async () => {
    await source.undoLastMigration();
    expect(await source.runMigrations()).toHaveLength(1);
  });

  it('may be brought up to date by several instances at once', async () => {
    const others = await Promise.all([openDatabase(target), openDatabase(target)]);
    for (const other of others) await other.destroy();
  });
});
