import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { DataSource, Table, TableColumn } from 'typeorm';
import { schemaObstacles } from '../../test-support/schema-obstacles.js';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../../test-support/test-databases.js';
import { entities } from '../app.entities.js';
import { type DataSources, openDataSources } from './data-sources.js';
import { migrations } from './migrations/migrations.js';

// Every number of steps, each with a look at all tables.
jest.setTimeout(120_000);

const ROWS = 3;
/** Of TypeORM and of SQLite. */
const NOT_OURS = new Set(['migration', 'typeorm_metadata', 'sqlite_sequence']);

/** Filled by its own migration, from the tables before it. */
const DERIVED = new Set(['audit_seal']);

type Row = Record<string, unknown>;
type Contents = Map<string, Row[]>;

/** Our tables, what is referenced before what references it. */
async function tablesOf(source: DataSource): Promise<Table[]> {
  const runner = source.createQueryRunner();
  const names = await source.query<{ name: string }[]>(
    source.options.type === 'postgres'
      ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()'
      : "SELECT name FROM sqlite_master WHERE type = 'table'",
  );
  const found = await runner.getTables(names.map(({ name }) => name).filter((name) => !NOT_OURS.has(name)));
  await runner.release();
  const sorted: Table[] = [];
  const isPlaced = (name: string) => sorted.some((table) => nameOf(table) === name);
  while (sorted.length < found.length) {
    const next = found.find(
      (table) =>
        !isPlaced(nameOf(table)) && table.foreignKeys.every((key) => isPlaced(lastPart(key.referencedTableName))),
    );
    if (!next) throw new Error('Tables reference each other in a circle.');
    sorted.push(next);
  }
  return sorted;
}

/** Without the schema that PostgreSQL puts before it. */
const lastPart = (name: string) => name.split('.').at(-1) ?? name;
const nameOf = (table: Table) => lastPart(table.name);

/** The same text in every table, so that what references another table finds its row; unique within each column. */
function literal(column: TableColumn, row: number): string {
  if (column.isNullable && row === 0) return 'NULL';
  if (/char|text/.test(column.type)) return `'v${row}'`;
  if (/bool/.test(column.type)) return row % 2 === 0 ? 'TRUE' : 'FALSE';
  if (/int/.test(column.type)) return String(row);
  throw new Error(`No value is known for a column of type ${column.type}.`);
}

async function fillWhatIsEmpty(source: DataSource): Promise<void> {
  const before = await contentsOf(source);
  for (const table of await tablesOf(source)) {
    if (before.get(nameOf(table))?.length !== 0) continue;
    const names = table.columns.map(({ name }) => `"${name}"`).join(', ');
    for (let row = 0; row < ROWS; row += 1) {
      const values = table.columns.map((column) => literal(column, row)).join(', ');
      await source.query(`INSERT INTO "${nameOf(table)}" (${names}) VALUES (${values})`);
    }
  }
}

async function contentsOf(source: DataSource, tables?: readonly Table[]): Promise<Contents> {
  const contents: Contents = new Map();
  for (const table of tables ?? (await tablesOf(source))) {
    const order = table.columns.filter(({ isPrimary }) => isPrimary).map(({ name }) => `"${name}"`);
    contents.set(nameOf(table), await source.query(`SELECT * FROM "${nameOf(table)}" ORDER BY ${order.join(', ')}`));
  }
  return contents;
}

function columnCount(contents: Contents): number {
  return [...contents.values()].reduce((sum, [row]) => sum + Object.keys(row ?? {}).length, 0);
}

/** Of `rows` the columns that `like` has. */
function narrowed(rows: readonly Row[], like: readonly Row[]): Row[] {
  const names = Object.keys(like[0] ?? {});
  return rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]])));
}

describe.each(databaseKinds)('Migrations with rows on %s', (kind) => {
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

  it('go down and up again by any number of steps, change nothing in the tables and columns that stay, and add nothing that a running server of the version before has to know', async () => {
    const { writer } = sources;
    let newer = await tablesOf(writer);
    for (let steps = 1; steps <= migrations.length; steps += 1) {
      await fillWhatIsEmpty(writer);
      const full = await contentsOf(writer);
      expect([...full.values()].map((rows) => rows.length)).toEqual([...full].map(() => ROWS));
      for (let step = 0; step < steps; step += 1) await writer.undoLastMigration({ transaction: 'each' });
      const older = await tablesOf(writer);
      expect(schemaObstacles(older, newer)).toEqual([]);
      newer = older;
      const kept = await contentsOf(writer, older);
      expect(columnCount(kept)).toBeLessThan(columnCount(full));
      for (const [name, rows] of kept) expect([name, rows]).toEqual([name, narrowed(full.get(name) ?? [], rows)]);
      await writer.runMigrations({ transaction: 'each' });
      const again = await contentsOf(writer);
      expect([...again.keys()].sort()).toEqual([...full.keys()].sort());
      for (const [name, rows] of again) {
        const before = kept.get(name);
        if (before) expect([name, narrowed(rows, before)]).toEqual([name, before]);
        else expect([name, rows.length]).toEqual([name, DERIVED.has(name) && kept.size > 0 ? expect.any(Number) : 0]);
      }
      expect((await writer.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
    }
  });
});
