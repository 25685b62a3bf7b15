import 'reflect-metadata';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { DataSource } from 'typeorm';
import { writerOptions } from '../src/database/data-sources.js';
import { migrations } from '../src/database/migrations/migrations.js';

/** How many migrations there are. */
export const SCHEMA_VERSION = migrations.length;

/** Takes the newest `steps` migrations back: the database is then as an earlier version left it. */
export async function takeBackMigrations(target: DatabaseTarget, steps: number): Promise<void> {
  const source = await new DataSource(writerOptions(target, [])).initialize();
  try {
    for (let step = 0; step < steps; step += 1) await source.undoLastMigration({ transaction: 'each' });
  } finally {
    await source.destroy();
  }
}

/** Tables of the present schema with the names of their columns. */
export async function columnsOf(target: DatabaseTarget, tables: readonly string[]): Promise<Map<string, Set<string>>> {
  const source = await new DataSource(writerOptions(target, [])).initialize();
  const runner = source.createQueryRunner();
  try {
    const found = await runner.getTables([...tables]);
    return new Map(found.map(({ name, columns }) => [name, new Set(columns.map((column) => column.name))]));
  } finally {
    await runner.release();
    await source.destroy();
  }
}
