import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createTestDatabase,
  type DatabaseKind,
  type TestDatabase,
} from '../../apps/api/test-support/test-databases.js';
import { type CommandInput, type CommandResult, runCommand } from './admin-command.js';

/** An empty place for an installation: a DATA_DIR and, unless it is to be SQLite there, a database. */
export class RestoredPlace {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'logs-collector-restored-'));

  private constructor(private readonly database: TestDatabase | undefined) {}

  static async make(kind: DatabaseKind): Promise<RestoredPlace> {
    return new RestoredPlace(kind === 'sqlite' ? undefined : await createTestDatabase(kind));
  }

  get environment(): Record<string, string> {
    return { DATA_DIR: this.dataDir, ...(this.database ? { DB_URL: this.database.url } : {}) };
  }

  get target() {
    const path = join(this.dataDir, 'logs-collector.sqlite3');
    return this.database?.target ?? ({ kind: 'sqlite', path } as const);
  }

  run(args: readonly string[], input: CommandInput = {}): Promise<CommandResult> {
    return runCommand(args, { ...input, environment: { ...this.environment, ...input.environment } });
  }

  async remove(): Promise<void> {
    rmSync(this.dataDir, { recursive: true, force: true });
    await this.database?.drop();
  }
}
