import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, dropTables } from './schema-builder.js';

/** Users and everything by which they prove who they are. */
export class CreateAuth1763600000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'user', {
      columns: [
        column.id(),
        column.varchar('username', 150),
        column.varchar('role', 16),
        column.boolean('is_active', { default: true }),
        column.text('password_hash', { isNullable: true }),
        column.text('totp_sealed', { isNullable: true }),
        column.time('totp_confirmed_at', { isNullable: true }),
        column.bigint('totp_last_step', { default: 0 }),
        column.boolean('may_enrol', { default: false }),
        column.time('time_create'),
        column.time('last_login_at', { isNullable: true }),
      ],
      uniques: [['username']],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, 'user');
  }
}
