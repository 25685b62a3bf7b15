import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, dropTables } from './schema-builder.js';

/** The audit trail. It references nothing, because it outlives what it speaks of. */
export class CreateAudit1763600000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'audit_event', {
      columns: [
        column.id(),
        column.time('time'),
        column.varchar('action', 64),
        column.varchar('actor_kind', 16),
        column.id('actor_id', { isNullable: true }),
        column.varchar('actor_name', 150, { isNullable: true }),
        column.varchar('target_kind', 32, { isNullable: true }),
        column.id('target_id', { isNullable: true }),
        column.varchar('target_name', 255, { isNullable: true }),
        column.varchar('address', 64, { isNullable: true }),
        column.varchar('agent', 256, { isNullable: true }),
        column.varchar('request_id', 64, { isNullable: true }),
        column.text('details'),
      ],
      indices: [['time', 'id'], ['target_kind', 'target_id'], ['actor_id']],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, 'audit_event');
  }
}
