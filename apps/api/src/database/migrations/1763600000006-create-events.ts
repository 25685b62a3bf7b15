import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, dropTables } from './schema-builder.js';

/** The outbox of live events, and the counter that gives them their order. */
export class CreateEvents1763600000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'event', {
      columns: [
        column.bigint('seq', { isPrimary: true }),
        column.varchar('type', 64),
        column.id('ticket_id', {}),
        column.text('payload'),
        column.time('time'),
      ],
      indices: [['time']],
    });
    await createTable(runner, 'event_sequence', {
      columns: [column.varchar('name', 16, { isPrimary: true }), column.bigint('value')],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, 'event_sequence', 'event');
  }
}
