import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

/** Which drains were imported from the former shuttle. */
export class CreateImportedDrain1764100000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const columns = [{ name: 'id', type: 'varchar', length: '64', isPrimary: true }];
    await runner.createTable(new Table({ name: 'imported_drain', columns }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('imported_drain');
  }
}
