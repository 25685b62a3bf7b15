import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { generate } from 'otplib';
import { queryRows, type Row } from '../../apps/api/test-support/database-rows.js';
import {
  createTestDatabase,
  type DatabaseKind,
  type TestDatabase,
} from '../../apps/api/test-support/test-databases.js';
import type { DatabaseTarget } from '../../libs/runtime/src/database-url.js';
import { sha256 } from './bytes.js';
import type { Ledger } from './ledger.js';
import { ADMIN, TestServer } from './server.js';
import { Admin, ApiUser } from './staff.js';

const FRESH_MS = 4 * 60_000;

/** A shipped server with an administrator, and a look at its database and files from outside. */
export class Stage {
  private freshAt = Date.now();

  private constructor(
    readonly server: TestServer,
    readonly target: DatabaseTarget,
    private readonly database: TestDatabase | undefined,
    public admin: Admin,
  ) {}

  /** `target` is where to look at the database, if it is neither SQLite in DATA_DIR nor a new one of that kind. */
  static async set(
    kind: DatabaseKind,
    environment: Readonly<Record<string, string>> = {},
    target?: DatabaseTarget,
  ): Promise<Stage> {
    const database = kind === 'sqlite' ? undefined : await createTestDatabase(kind);
    const server = new TestServer({ ...(database ? { DB_URL: database.url } : {}), ...environment });
    await server.start();
    const admin = await Admin.enrolled(server);
    await admin.createPlatform();
    const file = join(server.dataDir, 'logs-collector.sqlite3');
    return new Stage(server, target ?? database?.target ?? { kind: 'sqlite', path: file }, database, admin);
  }

  /** A look at a server that was started some other way; its database is the caller's to drop. */
  static around(server: TestServer, target: DatabaseTarget, admin: Admin): Stage {
    return new Stage(server, target, undefined, admin);
  }

  async strike(): Promise<void> {
    await this.server.dispose();
    await this.database?.drop();
  }

  /** Logs in anew before the second factor is five minutes old. */
  async freshen(): Promise<void> {
    if (Date.now() - this.freshAt < FRESH_MS) return;
    const otp = await generate({ secret: this.admin.totpSecret });
    const login = await new ApiUser(this.server).expect<{ access: string }>(200, 'POST', '/api/v1/auth/token', {
      ...ADMIN,
      otp,
    });
    this.admin.access = login.access;
    this.freshAt = Date.now();
  }

  rows(sql: string): Promise<Row[]> {
    return queryRows(this.target, sql);
  }

  async count(table: string): Promise<number> {
    return Number((await this.rows(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.n);
  }

  /** Where rows and files contradict each other, and what is neither finished nor gone. Empty is what it should be. */
  async disagreements(): Promise<string[]> {
    const found: string[] = [];
    const archives = await this.rows('SELECT id, blob_key, size_bytes, sha256, state FROM archive');
    const uploads = await this.rows('SELECT id, state, durable_bytes FROM upload');
    const files = new Set(this.server.files());
    for (const archive of archives) {
      const key = String(archive.blob_key);
      const blob = join('blobs', key.slice(-4, -2), key.slice(-2), key);
      if (archive.state !== 'stored') found.push(`archive ${archive.id} is ${archive.state}`);
      if (!files.delete(blob)) found.push(`archive ${archive.id} has no bytes`);
      else if (sha256(readFileSync(join(this.server.dataDir, blob))) !== archive.sha256) {
        found.push(`archive ${archive.id} has other bytes`);
      }
      if (!files.delete(`${blob}.json`)) found.push(`archive ${archive.id} has no sidecar`);
    }
    for (const upload of uploads) {
      if (upload.state === 'finishing' || upload.state === 'deleting')
        found.push(`upload ${upload.id} is ${upload.state}`);
      if (upload.state !== 'receiving') continue;
      const partials = [...files].filter((file) => file.startsWith(join('uploads', String(upload.id), '/')));
      for (const file of partials) files.delete(file);
      // The janitor may take it away meanwhile, or a writer rename it; whether that is right shows when the rows are read again.
      const latest = partials.sort((a, b) => epochOf(b) - epochOf(a))[0] ?? '';
      const size = statSync(join(this.server.dataDir, latest), { throwIfNoEntry: false })?.size ?? 0;
      if (size < Number(upload.durable_bytes))
        found.push(`upload ${upload.id} has ${size} bytes, told ${upload.durable_bytes}`);
    }
    // The readiness probe moves it through all places; where a process ended meanwhile, the next one takes it away.
    for (const place of ['uploads', 'blobs', 'quarantine']) files.delete(join(place, '.probe'));
    found.push(...[...files].map((file) => `nobody knows ${file}`));
    for (const table of ['ticket', 'platform']) {
      for (const row of await this.rows(`SELECT id FROM ${table} WHERE is_deleting`))
        found.push(`${table} ${row.id} is going`);
    }
    return found;
  }

  /** The disagreements that are left when background work has had its time; each is told once. */
  async newDisagreements(known: Set<string>, limitMs = 5_000): Promise<string[]> {
    const found = await this.lastingDisagreements(limitMs, known);
    for (const text of found) known.add(text);
    return found;
  }

  /** The disagreements that are left when background work has had its time. */
  async lastingDisagreements(limitMs = 10_000, known: ReadonlySet<string> = new Set()): Promise<string[]> {
    for (const deadline = Date.now() + limitMs; ; await delay(50)) {
      const found = (await this.disagreements()).filter((text) => !known.has(text));
      if (found.length === 0 || Date.now() > deadline) return found;
    }
  }

  /** Holds the ledger against archives, downloads and attempts; answers what was acknowledged and is not so. */
  async losses(ledger: Ledger, attemptsGiven: number): Promise<string[]> {
    const lost = await ledger.losses(this.admin);
    const tokens = await this.rows(
      'SELECT id, attempts, attempts_used, (SELECT COUNT(*) FROM archive a WHERE a.token_id = t.id) AS archives FROM upload_token t',
    );
    for (const token of tokens) {
      const [attempts, used, archives] = [Number(token.attempts), Number(token.attempts_used), Number(token.archives)];
      if (used !== archives) lost.push(`token ${token.id}: ${used} attempts spent on ${archives} archives`);
      if (attempts + used !== attemptsGiven)
        lost.push(`token ${token.id}: ${attempts} + ${used} attempts of ${attemptsGiven}`);
    }
    return lost;
  }
}

/** Of the file of a partial, `<epoch>` or `<epoch>.<process>`. */
function epochOf(path: string): number {
  return Number.parseInt(basename(path), 10);
}
