import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a tus client said of its upload, word for word: HEAD has to repeat it. */
export class AddUploadMetadata1763600010001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "upload" ADD COLUMN "client_metadata" text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "upload" DROP COLUMN "client_metadata"');
  }
}
