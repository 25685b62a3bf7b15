import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Until when what a capture has heard is durable: where another process goes on, the gap begins there. */
export class AddCaptureStoredUntil1763600020002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "capture" ADD COLUMN "stored_until" bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "capture" DROP COLUMN "stored_until"');
  }
}
