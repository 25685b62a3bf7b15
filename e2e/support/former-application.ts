import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { changeRows } from '../../apps/api/test-support/database-rows.js';
import {
  createTestDatabase,
  type DatabaseKind,
  type TestDatabase,
} from '../../apps/api/test-support/test-databases.js';
import type { DatabaseTarget } from '../../libs/runtime/src/database-url.js';

/** Column types where the two differ. */
const TYPES = {
  sqlite: { id: 'integer PRIMARY KEY AUTOINCREMENT', time: 'datetime', uuid: 'char(32)' },
  postgres: { id: 'bigserial PRIMARY KEY', time: 'timestamp with time zone', uuid: 'uuid' },
};

export interface FormerTicketFields {
  readonly number: number;
  readonly platform?: string;
  readonly userId?: number;
  readonly resolved?: boolean;
  readonly note?: string;
  readonly attempts?: number;
}

/** An installation of the former application: its tables and its archives folder, as version 0.1.0 lays them out. */
export class FormerApplication {
  private archives = 0;

  private constructor(
    /** What its DATA_DIR was. */
    readonly directory: string,
    private readonly target: DatabaseTarget,
    private readonly database: TestDatabase | undefined,
  ) {}

  static async make(kind: DatabaseKind): Promise<FormerApplication> {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-former-'));
    mkdirSync(join(directory, 'archives'));
    const database = kind === 'sqlite' ? undefined : await createTestDatabase(kind);
    const target = database?.target ?? { kind: 'sqlite', path: join(directory, 'db.sqlite3') };
    const former = new FormerApplication(directory, target, database);
    await former.execute(tables(target.kind));
    return former;
  }

  /** What names it on the command line, and what in the environment. */
  get arguments(): string[] {
    if (this.target.kind === 'sqlite') return ['--database', this.target.path];
    return ['--archives', join(this.directory, 'archives')];
  }

  get environment(): Record<string, string> {
    return this.target.kind === 'sqlite' ? {} : { FORMER_DATABASE: this.target.url.replace(/^postgres:/, 'psql:') };
  }

  execute(sql: string): Promise<void> {
    return changeRows(this.target, sql);
  }

  async addUser(
    id: number,
    username: string,
    fields: { isSuperuser?: boolean; isActive?: boolean } = {},
  ): Promise<void> {
    const { isSuperuser = false, isActive = true } = fields;
    await this.execute(
      `INSERT INTO account_user VALUES (${id}, 'pbkdf2_sha256$600000$c2FsdA$aGFzaA', NULL, ${isSuperuser},
       ${quoted(username)}, 'Анна', 'O''Neil', 'a@example.com', true, ${isActive}, '2023-09-01 08:00:00')`,
    );
  }

  async addPlatform(id: number, name: string, prettyName: string): Promise<void> {
    await this.execute(`INSERT INTO collector_platform VALUES (${id}, ${quoted(name)}, ${quoted(prettyName)})`);
  }

  /** Answers the token, as customers were given it. */
  async addTicket(fields: FormerTicketFields): Promise<string> {
    const { number, platform = 'vm6', userId = 1, resolved = false, note = '', attempts = 5 } = fields;
    const token = randomUUID();
    const kept = this.target.kind === 'sqlite' ? token.replaceAll('-', '') : token;
    await this.execute(
      `INSERT INTO collector_ticket (number, resolved, note, token, attempts, time_create, time_update, platform_name, user_id)
       VALUES (${number}, ${resolved}, ${quoted(note)}, '${kept}', ${attempts}, '2023-10-05 12:30:00.123456',
       '2023-10-06 07:00:00', ${quoted(platform)}, ${userId})`,
    );
    return token;
  }

  /** A row with its file, unless `rowOnly`; answers the path that the row has. */
  async addArchive(ticket: number, name: string, bytes: Uint8Array, rowOnly = false): Promise<string> {
    const file = `${ticket}/${name}`;
    const path = join(this.directory, 'archives', file);
    if (!rowOnly) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
    this.archives += 1;
    await this.execute(
      `INSERT INTO collector_archive (file, size, md5, time_create, time_update, ticket_number)
       VALUES (${quoted(file)}, ${bytes.length}, '${createHash('md5').update(bytes).digest('hex')}',
       '2023-10-05 13:00:0${this.archives % 10}.5', '2023-10-05 13:00:00', ${ticket})`,
    );
    return path;
  }

  async remove(): Promise<void> {
    rmSync(this.directory, { recursive: true, force: true });
    await this.database?.drop();
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function tables(kind: DatabaseTarget['kind']): string {
  const { id, time, uuid } = TYPES[kind];
  return `
    CREATE TABLE django_migrations (id ${id}, app varchar(255) NOT NULL, name varchar(255) NOT NULL, applied ${time} NOT NULL);
    CREATE TABLE account_user (id ${id}, password varchar(128) NOT NULL, last_login ${time}, is_superuser bool NOT NULL,
      username varchar(150) NOT NULL UNIQUE, first_name varchar(150) NOT NULL, last_name varchar(150) NOT NULL,
      email varchar(254) NOT NULL, is_staff bool NOT NULL, is_active bool NOT NULL, date_joined ${time} NOT NULL);
    CREATE TABLE collector_platform (id ${id}, name varchar(20) NOT NULL UNIQUE, pretty_name varchar(20) NOT NULL);
    CREATE TABLE collector_ticket (id ${id}, number integer NOT NULL UNIQUE, resolved bool NOT NULL, note text NOT NULL,
      token ${uuid} NOT NULL UNIQUE, attempts integer NOT NULL, time_create ${time} NOT NULL, time_update ${time} NOT NULL,
      platform_name varchar(20) NOT NULL, user_id bigint NOT NULL);
    CREATE TABLE collector_archive (id ${id}, file varchar(100) NOT NULL, size bigint NOT NULL, md5 varchar(1024) NOT NULL,
      time_create ${time} NOT NULL, time_update ${time} NOT NULL, ticket_number integer NOT NULL);`;
}
