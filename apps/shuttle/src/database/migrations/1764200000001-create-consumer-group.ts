import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

/** Which consumer groups have begun to read. */
export class CreateConsumerGroup1764200000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const columns = [{ name: 'id', type: 'varchar', length: '64', isPrimary: true }];
    await runner.createTable(new Table({ name: 'consumer_group', columns }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('consumer_group');
  }
}
