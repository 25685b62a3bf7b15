import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateSync } from 'otplib';
import { AuditEvent } from '../src/audit/audit-event.entity.js';
import type { LoginView } from '../src/auth/sessions/session.dto.js';
import type { ConfirmedView, OfferedSecretView } from '../src/auth/two-factor/two-factor.dto.js';
import type { InvitedUserView } from '../src/auth/users/users.dto.js';
import { createApp } from '../src/bootstrap.js';
import { Clock } from '../src/common/clock.js';
import { prepareDataDirectory } from '../src/config/data-directory.js';
import { loadSettings } from '../src/config/settings.js';
import { Database } from '../src/database/database.js';
import { createTestDatabase, type DatabaseKind, type TestDatabase } from './test-databases.js';

export const PASSWORD = 'quiet harbour lantern 42';

const SECRET_KEY = 'kQ3vX9pLr7TzWm2NcY8bHd5JfGs4AeUoRi6';

/** What a refusal may hold; in any other answer these are undefined. */
export interface ProblemMembers {
  readonly code?: string;
  readonly detail?: string;
  readonly request_id?: string;
  readonly tries_left?: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** `T` is what the test expects to be answered; of a refusal it has no member. */
export interface Answer<T = JsonObject> {
  readonly status: number;
  readonly body: T & ProblemMembers;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly cookies: readonly string[];
}

export interface RequestOptions {
  readonly token?: string | undefined;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
}

/** As they come in a body, which is where they are without `?cookie=1`. */
interface Tokens {
  readonly access: string;
  readonly refresh: string;
}
export type Login = LoginView & Tokens;
export type Confirmed = ConfirmedView & Tokens;

/** Somebody with a login and an authenticator. */
export interface Person {
  readonly username: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  token: string;
}

/** A running application with a clock that a test moves, and the first steps of its users. */
export class AuthApp {
  private offsetMs = 0;
  private frozenAt: number | undefined;

  constructor(
    readonly app: NestFastifyApplication,
    readonly directory: string,
    private readonly release: () => Promise<void>,
  ) {
    app.get(Clock).now = () => (this.frozenAt ?? Date.now()) + this.offsetMs;
  }

  now(): number {
    return this.app.get(Clock).now();
  }

  /** Lets time pass by `advance` only. */
  freeze(): void {
    this.frozenAt = Date.now();
  }

  advance(milliseconds: number): void {
    this.offsetMs += milliseconds;
  }

  async request<T = JsonObject>(method: string, url: string, options: RequestOptions = {}): Promise<Answer<T>> {
    const response = await this.app.inject({
      method: method as 'GET',
      url,
      remoteAddress: options.address ?? '192.0.2.1',
      headers: {
        host: 'logs.example.com',
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { payload: options.body }),
    });
    const cookies = response.headers['set-cookie'];
    return {
      status: response.statusCode,
      body: response.body === '' ? undefined : JSON.parse(response.body),
      headers: response.headers,
      cookies: cookies === undefined ? [] : [cookies].flat(),
    };
  }

  get<T = JsonObject>(url: string, token?: string): Promise<Answer<T>> {
    return this.request('GET', url, { token });
  }

  post<T = JsonObject>(url: string, body: object = {}, token?: string): Promise<Answer<T>> {
    return this.request('POST', url, { body, token });
  }

  login(username: string, password: string, otp?: string): Promise<Answer<Login>> {
    return this.post('/api/v1/auth/token', { username, password, ...(otp === undefined ? {} : { otp }) });
  }

  /** Carries a session on whose refresh token travels in bodies. */
  refresh(refresh: string): Promise<Answer<Tokens>> {
    return this.post('/api/v1/auth/token/refresh', { refresh });
  }

  /** The authenticator's present code. Move the clock by a step where one was used already. */
  code(secret: string): string {
    return generateSync({ secret, epoch: Math.floor(this.now() / 1_000) });
  }

  /** The code behind # in the link that waits in DATA_DIR. */
  setupCode(): string {
    return readFileSync(join(this.directory, 'setup-link'), 'utf8').trim().split('#')[1] ?? '';
  }

  /** The first administrator, without a second factor. */
  async setUp(username = 'root-user'): Promise<Answer<Login>> {
    return this.post('/api/v1/setup', { code: this.setupCode(), username, password: PASSWORD });
  }

  /** The first administrator, enrolled. */
  async administrator(username = 'root-user'): Promise<Person> {
    const token = (await this.setUp(username)).body.access;
    const { secret } = (await this.post<OfferedSecretView>('/api/v1/auth/2fa/setup', {}, token)).body;
    const confirmed = await this.post<Confirmed>('/api/v1/auth/2fa/confirm', { otp: this.code(secret) }, token);
    this.advance(30_000);
    return { username, secret, recoveryCodes: confirmed.body.recovery_codes, token: confirmed.body.access };
  }

  /** A user made by an administrator whose second factor is fresh. */
  async invite(by: Person, username: string, role: string): Promise<Person> {
    const made = await this.post<InvitedUserView>('/api/v1/users', { username, role }, by.token);
    return this.accept(codeOf(made.body), username);
  }

  async accept(code: string, username: string): Promise<Person> {
    const { secret } = (await this.post<OfferedSecretView>('/api/v1/auth/invitation', { code })).body;
    const body = { code, password: PASSWORD, otp: this.code(secret) };
    const accepted = await this.post<Confirmed>('/api/v1/auth/invitation/accept', body);
    this.advance(30_000);
    return { username, secret, recoveryCodes: accepted.body.recovery_codes, token: accepted.body.access };
  }

  /** The audit trail, oldest first. */
  trail(): Promise<AuditEvent[]> {
    return this.app
      .get(Database)
      .repository(AuditEvent)
      .find({ order: { id: 'ASC' } });
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.release();
  }
}

/** What stands behind # in the link of an invitation. */
export function codeOf({ invitation }: InvitedUserView): string {
  return invitation.url.split('#')[1] ?? '';
}

/** An application on a new database of that kind. */
export async function startAuthApp(
  kind: DatabaseKind = 'sqlite',
  environment: Readonly<Record<string, string>> = {},
): Promise<AuthApp> {
  const database = await createTestDatabase(kind);
  return startOn(database, environment, () => database.drop());
}

/** An application on a given database; with another's DATA_DIR its successor or, on PostgreSQL, a second replica. */
export async function startOn(
  database: Pick<TestDatabase, 'url'>,
  environment: Readonly<Record<string, string>> = {},
  release: () => Promise<void> = async () => undefined,
): Promise<AuthApp> {
  const directory = environment.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'logs-collector-auth-'));
  const given = { DATA_DIR: directory, DB_URL: database.url, SECRET_KEY, LOG_LEVEL: 'silent', ...environment };
  const settings = prepareDataDirectory(loadSettings(given, (path) => readFileSync(path, 'utf8')));
  const app = await createApp(settings);
  await app.getHttpAdapter().getInstance().ready();
  return new AuthApp(app, directory, async () => {
    rmSync(directory, { recursive: true, force: true });
    await release();
  });
}
