import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, dropTables } from './schema-builder.js';

/** Captures of live streams into tickets, replays of archives into drains, and what tells the archives of captures. */
export class CreateCaptures1763600020001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const no = runner.connection.options.type === 'better-sqlite3' ? '0' : 'false';
    await runner.query(`ALTER TABLE "upload_token" ADD COLUMN "is_internal" boolean NOT NULL DEFAULT ${no}`);
    await runner.query(`ALTER TABLE "archive" ADD COLUMN "is_capture" boolean NOT NULL DEFAULT ${no}`);
    await createTable(runner, 'capture', {
      columns: [
        column.id(),
        column.id('ticket_id', {}),
        column.varchar('app', 255, { isNullable: true }),
        column.varchar('space', 255, { isNullable: true }),
        column.varchar('site', 255, { isNullable: true }),
        column.bigint('max_bytes'),
        column.varchar('state', 16),
        column.varchar('ended_by', 16, { isNullable: true }),
        column.varchar('error', 500, { isNullable: true }),
        column.boolean('is_stop_wanted'),
        column.varchar('username', 150),
        column.id('upload_id', {}),
        column.id('archive_id', { isNullable: true }),
        column.bigint('lines', { default: 0 }),
        column.bigint('bytes', { default: 0 }),
        column.integer('gaps', { default: 0 }),
        column.time('ends_at'),
        column.time('ended_at', { isNullable: true }),
        column.time('time_create'),
      ],
      indices: [['ticket_id', 'time_create'], ['time_create', 'id'], ['state']],
      references: { ticket_id: 'ticket' },
    });
    await createTable(runner, 'replay', {
      columns: [
        column.id(),
        column.id('ticket_id', {}),
        column.id('archive_id', {}),
        column.varchar('archive_name', 255),
        column.id('drain_id', {}),
        column.varchar('drain_token', 511),
        column.varchar('state', 16),
        column.varchar('error', 500, { isNullable: true }),
        column.varchar('username', 150),
        column.bigint('total_bytes'),
        column.bigint('bytes_read', { default: 0 }),
        column.bigint('text_offset', { default: 0 }),
        column.bigint('lines_sent', { default: 0 }),
        column.bigint('lines_dropped', { default: 0 }),
        column.time('ended_at', { isNullable: true }),
        column.time('time_create'),
      ],
      indices: [['ticket_id', 'time_create'], ['archive_id'], ['time_create', 'id'], ['state']],
      references: { ticket_id: 'ticket', archive_id: 'archive' },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, 'replay', 'capture');
    await runner.query('ALTER TABLE "archive" DROP COLUMN "is_capture"');
    await runner.query('ALTER TABLE "upload_token" DROP COLUMN "is_internal"');
  }
}
