import { type MigrationInterface, type QueryRunner, Table, TableUnique } from 'typeorm';

/** The drains. Unique together: what they belong to and where they point. */
export class CreateDrain1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const uniqueColumns = ['kind', 'name', 'space', 'url_hash'];
    await runner.createTable(
      new Table({
        name: 'drain',
        columns: [
          { name: 'id', type: 'varchar', length: '64', isPrimary: true },
          { name: 'kind', type: 'varchar', length: '4' },
          { name: 'name', type: 'varchar', length: '255' },
          { name: 'space', type: 'varchar', length: '255' },
          { name: 'url_sealed', type: 'text' },
          { name: 'url_hash', type: 'varchar', length: '64' },
          { name: 'created_at', type: 'bigint' },
          { name: 'updated_at', type: 'bigint' },
        ],
        // The name that TypeORM's metadata of the entity gives it.
        uniques: [
          new TableUnique({
            name: runner.connection.namingStrategy.uniqueConstraintName('drain', uniqueColumns),
            columnNames: uniqueColumns,
          }),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('drain');
  }
}
