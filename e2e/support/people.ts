import { generate } from 'otplib';
import type { TestServer } from './server.ts';
import { ApiUser } from './staff.ts';

export type Role = 'viewer' | 'staff' | 'admin';

const PASSWORD = 'seven quiet herons at dawn';

/** The code behind # in the link of an invitation. */
export function codeOf(invited: { readonly invitation: { readonly url: string } }): string {
  return invited.invitation.url.split('#')[1] ?? '';
}

/** Somebody who came by an invitation: with a password, a second factor and recovery codes. */
export class Person extends ApiUser {
  readonly password = PASSWORD;
  readonly username: string;
  recoveryCodes: string[] = [];

  constructor(server: Pick<TestServer, 'url'>, username: string) {
    super(server);
    this.username = username;
  }

  /** Invites by `administrator`, whose second factor has to be fresh, and accepts. */
  static async invited(administrator: ApiUser, username: string, role: Role): Promise<Person> {
    const invited = await administrator.expect<{ invitation: { url: string } }>(201, 'POST', '/api/v1/users', {
      username,
      role,
    });
    const person = new Person(administrator.server, username);
    await person.accept(codeOf(invited));
    return person;
  }

  /** A recovery code, which is good once, whatever the clock says. */
  spareCode(): string {
    const code = this.recoveryCodes.pop();
    if (code === undefined) throw new Error(`${this.username} has no recovery code left.`);
    return code;
  }

  async makeApiKey(scopes: readonly string[]): Promise<string> {
    const label = scopes.join(' ');
    const made = await this.expect<{ key: string }>(201, 'POST', '/api/v1/auth/api-keys', { label, scopes });
    return made.key;
  }

  private async accept(code: string): Promise<void> {
    const { secret } = await this.expect<{ secret: string }>(200, 'POST', '/api/v1/auth/invitation', { code });
    const accepted = await this.expect<{ access: string; recovery_codes: string[] }>(
      201,
      'POST',
      '/api/v1/auth/invitation/accept',
      { code, password: this.password, otp: await generate({ secret }) },
    );
    this.access = accepted.access;
    this.recoveryCodes = accepted.recovery_codes;
  }
}
