import { type QueryRunner, Table, type TableColumnOptions, TableForeignKey, TableIndex, TableUnique } from 'typeorm';

/**
 * The few column kinds that mean the same on SQLite and PostgreSQL; their twins in entities are `@PrimaryColumn`/
 * `@Column` with the same type, `TimeColumn` and `BigIntColumn`.
 */
export const column = {
  /** Text with a limit in characters. */
  varchar: (name: string, length: number, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
    ...options,
    name,
    type: 'varchar',
    length: String(length),
  }),
  text: (name: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
    ...options,
    name,
    type: 'text',
  }),
  /** An application-made id. */
  id: (name = 'id', options: Partial<TableColumnOptions> = { isPrimary: true }): TableColumnOptions => ({
    ...options,
    name,
    type: 'varchar',
    length: '64',
  }),
  /** Milliseconds since the epoch. */
  time: (name: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
    ...options,
    name,
    type: 'bigint',
  }),
  bigint: (name: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
    ...options,
    name,
    type: 'bigint',
  }),
  integer: (name: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
    ...options,
    name,
    type: 'integer',
  }),
  boolean: (name: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
    ...options,
    name,
    type: 'boolean',
  }),
};

export interface TableShape {
  readonly columns: readonly TableColumnOptions[];
  /** Groups of columns that are unique together. */
  readonly uniques?: readonly (readonly string[])[];
  readonly indices?: readonly (readonly string[])[];
  /** Column → table whose `id` it names. Always RESTRICT: deleting is a module's work, never the database's. */
  readonly references?: Readonly<Record<string, string>>;
}

/** Constraint names come from TypeORM's naming strategy, so that the entities' metadata finds them again. */
export async function createTable(runner: QueryRunner, name: string, shape: TableShape): Promise<void> {
  const strategy = runner.connection.namingStrategy;
  await runner.createTable(
    new Table({
      name,
      columns: shape.columns.map((option) => withPortableDefault(option, runner)),
      uniques: (shape.uniques ?? []).map(
        (columns) =>
          new TableUnique({ name: strategy.uniqueConstraintName(name, [...columns]), columnNames: [...columns] }),
      ),
      indices: (shape.indices ?? []).map(
        (columns) => new TableIndex({ name: strategy.indexName(name, [...columns]), columnNames: [...columns] }),
      ),
      foreignKeys: Object.entries(shape.references ?? {}).map(
        ([columnName, table]) =>
          new TableForeignKey({
            name: strategy.foreignKeyName(name, [columnName], table, ['id']),
            columnNames: [columnName],
            referencedTableName: table,
            referencedColumnNames: ['id'],
            onDelete: 'RESTRICT',
          }),
      ),
    }),
  );
}

/** SQLite has no true and false: TypeORM reads such defaults back as 1 and 0, and would call the schema different. */
function withPortableDefault(option: TableColumnOptions, runner: QueryRunner): TableColumnOptions {
  const isSqlite = runner.connection.options.type === 'better-sqlite3';
  return isSqlite && typeof option.default === 'boolean' ? { ...option, default: option.default ? 1 : 0 } : option;
}

export async function dropTables(runner: QueryRunner, ...names: string[]): Promise<void> {
  for (const name of names) await runner.dropTable(name);
}
