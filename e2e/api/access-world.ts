import { join } from 'node:path';
import { Person, type Role } from '../support/people.js';
import { ADMIN, TestServer } from '../support/server.js';
import { Admin, ApiUser, type TicketReply } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';
import { ACTORS, type Actor, type Policy } from './access-matrix.js';

export type Credentials = Readonly<Record<string, string>>;

const LOGO_FILE = join(import.meta.dirname, '../../apps/web/public/icon.svg');
const ROLES: readonly string[] = ['viewer', 'staff', 'admin'] satisfies Role[];

/** A server with somebody for every column of the matrix, and things to ask about. */
export class AccessWorld {
  private readonly credentials = new Map<Actor, Credentials>();
  private count = 0;

  private constructor(
    readonly server: TestServer,
    /** Makes what the others ask about. */
    readonly root: Person,
    readonly uploadToken: string,
    readonly archiveId: string,
  ) {}

  static async create(policy: Policy): Promise<AccessWorld> {
    const server = await TestServer.start({ TWO_FACTOR_POLICY: policy, LOGO_FILE });
    const first = await Admin.enrolled(server);
    const root = await Person.invited(first, 'root', 'admin');
    const { token } = await makeTicket(root, 'BASE', { attempts: 100 });
    const stored = await fetch(`${server.url}/api/v1/archives/base.log`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: 'base',
    });
    const { id } = (await stored.json()) as { id: string };
    const world = new AccessWorld(server, root, token, id);
    await world.enlist(first);
    return world;
  }

  credentialsOf(actor: Actor): Credentials {
    return this.credentials.get(actor) ?? {};
  }

  /** Somebody new with the role of the actor, for what a caller does only once; undefined where the actor is no person. */
  async standIn(actor: Actor): Promise<Person | undefined> {
    return ROLES.includes(actor) ? Person.invited(this.root, this.unique('stand-in'), actor as Role) : undefined;
  }

  /** A name that nothing has yet. */
  unique(prefix: string): string {
    this.count += 1;
    return `${prefix}-${this.count}`;
  }

  async platform(): Promise<string> {
    const name = this.unique('platform');
    await this.root.expect(201, 'POST', '/api/v1/platforms', { name, pretty_name: name });
    return name;
  }

  ticket(): Promise<TicketReply> {
    return this.root.expect<TicketReply>(201, 'POST', '/api/v1/tickets', {
      number: this.unique('T'),
      platform: 'base',
    });
  }

  async tokenId(): Promise<string> {
    const { number } = await this.ticket();
    const [token] = await this.root.expect<{ id: string }[]>(200, 'GET', `/api/v1/tickets/${number}/tokens`);
    return token?.id ?? '';
  }

  async archive(): Promise<string> {
    const { token } = await this.ticket();
    const stored = await fetch(`${this.server.url}/api/v1/archives/some.log`, {
      method: 'PUT',
      headers: { 'Upload-Token': token },
      body: 'some',
    });
    return ((await stored.json()) as { id: string }).id;
  }

  /** The path of an upload that waits for its four bytes. */
  upload(): Promise<string> {
    return new TusClient(this.server, this.uploadToken).begin(4, `${this.unique('upload')}.log`);
  }

  /** The name of a user who has not accepted yet, and the code of the invitation. */
  async invitation(): Promise<{ username: string; code: string }> {
    const username = this.unique('guest');
    const invited = await this.root.expect<{ invitation: { url: string } }>(201, 'POST', '/api/v1/users', {
      username,
      role: 'viewer',
    });
    return { username, code: invited.invitation.url.split('#')[1] ?? '' };
  }

  /** The administrator under test who has no second factor: it is taken away again, which needs a second administrator. */
  private async enlist(first: Admin): Promise<void> {
    const { password } = ADMIN;
    await first.expect(204, 'DELETE', '/api/v1/auth/2fa', { password, otp: first.recoveryCodes.pop() });
    const bearer = (access: string | undefined): Credentials => ({ Authorization: `Bearer ${access}` });
    this.credentials.set('upload token', { 'Upload-Token': this.uploadToken });
    this.credentials.set('not enrolled', bearer((await Admin.withoutSecondFactor(this.server)).access));
    for (const actor of ACTORS) {
      const person = await this.standIn(actor);
      if (person) this.credentials.set(actor, bearer(person.access));
      const [, scope] = actor.split('key: ');
      if (scope !== undefined) this.credentials.set(actor, bearer(await this.root.makeApiKey([scope])));
    }
  }
}

async function makeTicket(by: ApiUser, number: string, fields: Record<string, unknown>): Promise<TicketReply> {
  await by.expect(201, 'POST', '/api/v1/platforms', { name: 'base', pretty_name: 'Base' });
  return by.expect<TicketReply>(201, 'POST', '/api/v1/tickets', { number, platform: 'base', ...fields });
}
