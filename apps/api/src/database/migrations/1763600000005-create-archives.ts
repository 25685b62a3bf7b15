import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, dropTables } from './schema-builder.js';

/** Archives, and the uploads that become them. */
export class CreateArchives1763600000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'archive', {
      columns: [
        column.id(),
        column.id('ticket_id', {}),
        column.id('token_id', { isNullable: true }),
        column.varchar('name', 255),
        column.bigint('size_bytes'),
        column.varchar('sha256', 64),
        column.varchar('media_type', 255),
        column.varchar('blob_key', 64),
        column.varchar('state', 16),
        column.varchar('uploaded_from', 64),
        column.time('time_create'),
      ],
      uniques: [['blob_key']],
      indices: [['ticket_id', 'time_create'], ['time_create', 'id'], ['sha256'], ['state']],
      references: { ticket_id: 'ticket', token_id: 'upload_token' },
    });
    await createTable(runner, 'upload', {
      columns: [
        column.id(),
        column.id('ticket_id', {}),
        column.id('token_id', {}),
        column.varchar('door', 16),
        column.varchar('state', 16),
        column.varchar('name', 255),
        column.varchar('media_type', 255),
        column.bigint('declared_bytes', { isNullable: true }),
        column.varchar('declared_sha256', 64, { isNullable: true }),
        column.bigint('durable_bytes', { default: 0 }),
        column.boolean('is_replay'),
        column.integer('writer_epoch', { default: 0 }),
        column.time('lease_until'),
        column.time('expires_at'),
        column.varchar('client_key_hash', 64, { isNullable: true }),
        column.varchar('sha256', 64, { isNullable: true }),
        column.varchar('blob_key', 64, { isNullable: true }),
        column.id('archive_id', { isNullable: true }),
        column.varchar('address', 64),
        column.varchar('agent', 256),
        column.time('time_create'),
        column.time('time_update'),
      ],
      uniques: [['token_id', 'client_key_hash']],
      indices: [
        ['ticket_id', 'state'],
        ['token_id', 'state'],
        ['state', 'lease_until'],
        ['expires_at'],
        ['archive_id'],
      ],
      references: { ticket_id: 'ticket', token_id: 'upload_token' },
    });
    await createTable(runner, 'storage_sample', {
      columns: [
        column.time('time', { isPrimary: true }),
        column.bigint('total_bytes'),
        column.bigint('free_bytes'),
        column.bigint('archives_bytes'),
        column.integer('archives_count'),
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, 'storage_sample', 'upload', 'archive');
  }
}
