import { generate } from 'otplib';
import { ADMIN, type TestServer } from './server.ts';

export interface Reply<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface TicketReply {
  readonly id: string;
  readonly number: string;
  readonly token: string;
  readonly attempts: number;
  readonly version: number;
  readonly archives_count: number;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Somebody who speaks to the API with a bearer token, or without one. */
export class ApiUser {
  /** May be changed: every server of an installation will do. */
  server: Pick<TestServer, 'url'>;
  access: string | undefined;

  constructor(server: Pick<TestServer, 'url'>, access?: string) {
    this.server = server;
    this.access = access;
  }

  async request<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply<T>> {
    const response = await fetch(`${this.server.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.access ? { Authorization: `Bearer ${this.access}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson && text ? JSON.parse(text) : text) as T,
    };
  }

  /** Like `request`, and throws with the answer when the status is another. */
  async expect<T = Record<string, unknown>>(status: number, method: string, path: string, body?: unknown): Promise<T> {
    const reply = await this.request<T>(method, path, body);
    if (reply.status !== status) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  }
}

/** The first administrator, logged in with a second factor. */
export class Admin extends ApiUser {
  recoveryCodes: string[] = [];
  totpSecret = '';

  /** Logs in with the password alone. */
  static async withoutSecondFactor(server: Pick<TestServer, 'url'>, founder: Credentials = ADMIN): Promise<Admin> {
    const admin = new Admin(server);
    const login = await admin.expect<{ access: string }>(200, 'POST', '/api/v1/auth/token', founder);
    admin.access = login.access;
    return admin;
  }

  /** Logs in and enrols. For a server on which nobody has enrolled yet. */
  static async enrolled(server: Pick<TestServer, 'url'>, founder: Credentials = ADMIN): Promise<Admin> {
    const admin = await Admin.withoutSecondFactor(server, founder);
    const { secret } = await admin.expect<{ secret: string }>(200, 'POST', '/api/v1/auth/2fa/setup');
    const confirmed = await admin.expect<{ access: string; recovery_codes: string[] }>(
      200,
      'POST',
      '/api/v1/auth/2fa/confirm',
      {
        otp: await generate({ secret }),
      },
    );
    admin.access = confirmed.access;
    admin.recoveryCodes = confirmed.recovery_codes;
    admin.totpSecret = secret;
    return admin;
  }

  /** Logs in anew with one of the recovery codes, for tests that outlast an access token. */
  async logInAgain(): Promise<void> {
    const otp = this.recoveryCodes.pop();
    const login = await new ApiUser(this.server).expect<{ access: string }>(200, 'POST', '/api/v1/auth/token', {
      ...ADMIN,
      otp,
    });
    this.access = login.access;
  }

  async createPlatform(name = 'vmmanager-6'): Promise<void> {
    await this.expect(201, 'POST', '/api/v1/platforms', { name, pretty_name: name.toUpperCase() });
  }

  createTicket(number: string, fields: Record<string, unknown> = {}): Promise<TicketReply> {
    return this.expect<TicketReply>(201, 'POST', '/api/v1/tickets', { number, platform: 'vmmanager-6', ...fields });
  }

  readTicket(number: string): Promise<TicketReply> {
    return this.expect<TicketReply>(200, 'GET', `/api/v1/tickets/${number}`);
  }
}
