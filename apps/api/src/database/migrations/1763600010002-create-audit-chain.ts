import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, dropTables } from './schema-builder.js';

/** The chain over the audit trail. What was recorded before is sealed like what comes now: oldest first. */
export class CreateAuditChain1763600010002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'audit_seal', {
      columns: [
        column.id('event_id'),
        column.bigint('position', { isNullable: true }),
        column.varchar('hash', 64, { isNullable: true }),
      ],
      uniques: [['position']],
    });
    await createTable(runner, 'audit_head', { columns: [column.id(), column.text('sealed')] });
    await runner.query('INSERT INTO "audit_seal" ("event_id") SELECT "id" FROM "audit_event"');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, 'audit_head', 'audit_seal');
  }
}
