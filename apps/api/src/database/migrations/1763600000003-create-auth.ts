import type { MigrationInterface, QueryRunner } from 'typeorm';
import { column, createTable, dropTables } from './schema-builder.js';

/** Users and everything by which they prove who they are. */
export class CreateAuth1763600000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'user', {
      columns: [
        column.id(),
        column.varchar('username', 150),
        column.varchar('display_name', 150, { isNullable: true }),
        column.varchar('locale', 8, { isNullable: true }),
        column.varchar('role', 16),
        column.boolean('is_active'),
        column.integer('founder', { isNullable: true }),
        column.text('password_hash', { isNullable: true }),
        column.text('totp_sealed', { isNullable: true }),
        column.time('totp_confirmed_at', { isNullable: true }),
        column.bigint('totp_last_step', { default: 0 }),
        column.boolean('may_enrol'),
        column.time('time_create'),
        column.time('last_login_at', { isNullable: true }),
      ],
      uniques: [['username'], ['founder']],
      indices: [['time_create', 'id']],
    });
    await createSessions(runner);
    await createSecondFactors(runner);
    await createTable(runner, 'api_key', {
      columns: [
        column.id(),
        column.id('user_id', {}),
        column.varchar('label', 150),
        column.varchar('key_hash', 64),
        column.varchar('hint', 8),
        column.varchar('scopes', 150),
        column.time('expires_at'),
        column.time('revoked_at', { isNullable: true }),
        column.time('last_used_at', { isNullable: true }),
        column.time('time_create'),
      ],
      uniques: [['key_hash']],
      indices: [['user_id', 'time_create']],
      references: { user_id: 'user' },
    });
    await createTable(runner, 'throttle', {
      columns: [
        column.varchar('key', 96, { isPrimary: true }),
        column.integer('failures'),
        column.time('window_start'),
        column.time('blocked_until'),
      ],
      indices: [['window_start']],
    });
    await createTable(runner, 'setup_code', {
      columns: [column.varchar('code_hash', 64, { isPrimary: true }), column.time('expires_at')],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, 'setup_code', 'throttle', 'api_key', 'invitation', 'recovery_code');
    await dropTables(runner, 'refresh_token', 'session', 'user');
  }
}

async function createSessions(runner: QueryRunner): Promise<void> {
  await createTable(runner, 'session', {
    columns: [
      column.id(),
      column.id('user_id', {}),
      column.varchar('transport', 16),
      column.time('authenticated_at'),
      column.time('second_factor_at', { isNullable: true }),
      column.time('last_seen_at'),
      column.time('expires_at'),
      column.time('ended_at', { isNullable: true }),
      column.varchar('end_reason', 32, { isNullable: true }),
      column.integer('wrong_codes', { default: 0 }),
      column.text('pending_totp_sealed', { isNullable: true }),
      column.time('pending_totp_at', { isNullable: true }),
      column.varchar('address', 64),
      column.varchar('agent', 256),
      column.time('time_create'),
    ],
    indices: [['user_id', 'time_create'], ['expires_at']],
    references: { user_id: 'user' },
  });
  await createTable(runner, 'refresh_token', {
    columns: [
      column.varchar('token_hash', 64, { isPrimary: true }),
      column.id('session_id', {}),
      column.time('spent_at', { isNullable: true }),
      column.time('time_create'),
    ],
    indices: [['session_id']],
    references: { session_id: 'session' },
  });
}

async function createSecondFactors(runner: QueryRunner): Promise<void> {
  await createTable(runner, 'recovery_code', {
    columns: [
      column.id(),
      column.id('user_id', {}),
      column.varchar('code_hash', 64),
      column.time('used_at', { isNullable: true }),
      column.time('time_create'),
    ],
    uniques: [['code_hash']],
    indices: [['user_id']],
    references: { user_id: 'user' },
  });
  await createTable(runner, 'invitation', {
    columns: [
      column.id(),
      column.id('user_id', {}),
      column.varchar('code_hash', 64),
      column.text('totp_sealed'),
      column.time('expires_at'),
      column.time('used_at', { isNullable: true }),
      column.time('time_create'),
    ],
    uniques: [['code_hash']],
    indices: [['user_id']],
    references: { user_id: 'user' },
  });
}
