import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, dropTables } from './schema-builder.js';

/** Platforms, their tickets, and the upload tokens of tickets. */
export class CreateTickets1763600000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'platform', {
      columns: [
        column.id(),
        column.varchar('name', 50),
        column.varchar('pretty_name', 150),
        column.integer('version', { default: 1 }),
        column.time('time_create'),
        column.boolean('is_deleting'),
      ],
      uniques: [['name']],
    });
    await createTable(runner, 'ticket', {
      columns: [
        column.id(),
        column.varchar('number', 64),
        column.text('number_key'),
        column.id('platform_id', {}),
        column.id('user_id', { isNullable: true }),
        column.varchar('username', 150),
        column.boolean('resolved'),
        column.text('note'),
        column.text('search_text'),
        column.integer('version', { default: 1 }),
        column.time('time_create'),
        column.time('time_update'),
        column.boolean('is_deleting'),
      ],
      uniques: [['number']],
      indices: [['time_create', 'id'], ['platform_id'], ['user_id']],
      references: { platform_id: 'platform', user_id: 'user' },
    });
    await createTable(runner, 'upload_token', {
      columns: [
        column.id(),
        column.id('ticket_id', {}),
        column.varchar('label', 150),
        column.varchar('lookup_hash', 64),
        column.text('sealed'),
        column.integer('attempts'),
        column.integer('attempts_used', { default: 0 }),
        column.time('expires_at'),
        column.time('revoked_at', { isNullable: true }),
        column.time('last_used_at', { isNullable: true }),
        column.time('time_create'),
      ],
      uniques: [['lookup_hash']],
      indices: [['ticket_id', 'time_create']],
      references: { ticket_id: 'ticket' },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, 'upload_token', 'ticket', 'platform');
  }
}
