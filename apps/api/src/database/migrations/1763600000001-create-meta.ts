import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, dropTables } from './schema-builder.js';

/** What the installation knows of itself, and the leases of its background work. */
export class CreateMeta1763600000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'meta', {
      columns: [column.varchar('key', 64, { isPrimary: true }), column.text('value')],
    });
    await createTable(runner, 'lease', {
      columns: [column.varchar('name', 64, { isPrimary: true }), column.id('holder', {}), column.time('expires_at')],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, 'lease', 'meta');
  }
}
