import { type MigrationInterface, type QueryRunner, Table, TableColumn } from 'typeorm';

/** Pausing and certificates of drains; how they do at each instance. */
export class ManageDrains1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns('drain', columnsFor(runner));
    await runner.createTable(
      new Table({
        name: 'instance',
        columns: [
          { name: 'id', type: 'varchar', length: '36', isPrimary: true },
          { name: 'heard_at', type: 'bigint' },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'drain_state',
        columns: [
          { name: 'drain_id', type: 'varchar', length: '64', isPrimary: true },
          { name: 'instance_id', type: 'varchar', length: '36', isPrimary: true },
          { name: 'state', type: 'text' },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('drain_state');
    await runner.dropTable('instance');
    await runner.dropColumns('drain', columnsFor(runner));
  }
}

function columnsFor(runner: QueryRunner): TableColumn[] {
  // SQLite keeps truth values as numbers, and TypeORM compares the default as text.
  const no = runner.connection.options.type === 'postgres' ? false : 0;
  return [
    new TableColumn({ name: 'tls_sealed', type: 'text', isNullable: true }),
    new TableColumn({ name: 'is_paused', type: 'boolean', default: no }),
    new TableColumn({ name: 'revision', type: 'integer', default: 0 }),
  ];
}
