import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { generate } from 'otplib';
import { databaseKinds } from '../../apps/api/test-support/test-databases.js';
import { besideServer } from '../support/admin-command.js';
import { TestServer } from '../support/server.js';
import { ApiUser } from '../support/staff.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

const PASSWORD = 'seven green bottles hanging';
const LINK = /^http:\/\/localhost:\d+\/invitation#(\S+)$/m;

describe.each(databaseKinds.filter((kind) => kind !== 'postgres 15'))('Accounts from the machine (%s)', (kind) => {
  let stage: Stage;
  let nobody: ApiUser;

  beforeAll(async () => {
    stage = await Stage.set(kind);
    nobody = new ApiUser(stage.server);
  });

  afterAll(() => stage.strike());

  const logIn = (username: string, password: string, otp?: string) =>
    nobody.request('POST', '/api/v1/auth/token', { username, password, otp });

  it('create-admin takes the password from standard input, and the administrator logs in and enrols', async () => {
    const { code, out } = await besideServer(stage.server, ['create-admin', 'Olga'], { stdin: `${PASSWORD}\n` });
    expect([code, out]).toEqual([
      0,
      'The administrator olga was made. The first login leads through the second factor.\n',
    ]);
    const login = await nobody.expect<{ access: string; user: { role: string } }>(200, 'POST', '/api/v1/auth/token', {
      ...{ username: 'olga', password: PASSWORD },
    });
    expect(login.user.role).toBe('admin');
    const olga = new ApiUser(stage.server);
    olga.access = login.access;
    const { secret } = await olga.expect<{ secret: string }>(200, 'POST', '/api/v1/auth/2fa/setup');
    await olga.expect(200, 'POST', '/api/v1/auth/2fa/confirm', { otp: await generate({ secret }) });
  });

  it.each([
    ['a name that is taken', 'admin', PASSWORD, /a user of this name already/],
    ['a password that is too easy', 'petra', 'password1234', /\/password/],
    ['a name that cannot be one', 'pe tra', PASSWORD, /\/username/],
    ['no password', 'petra', '', /nothing was given/],
  ])('create-admin refuses %s with 1, and makes nobody', async (_, username, password, reason) => {
    const users = await stage.count('"user"');
    const { code, out, errors } = await besideServer(stage.server, ['create-admin', username], { stdin: password });
    expect(code).toBe(1);
    expect(errors).toMatch(reason);
    if (password) expect(out + errors).not.toContain(password);
    expect(await stage.count('"user"')).toBe(users);
  });

  it('create-admin --invite prints a link that sets password and second factor once', async () => {
    const { code, out } = await besideServer(stage.server, ['create-admin', 'ivan', '--invite']);
    expect(code).toBe(0);
    await accept(codeIn(out), 'ivan');
  });

  it('reset-2fa ends sessions and both factors at once, is in the trail, and its link sets them anew', async () => {
    const { out } = await besideServer(stage.server, ['create-admin', 'rita', '--invite']);
    const rita = await accept(codeIn(out), 'rita');
    await rita.expect(200, 'GET', '/api/v1/auth/me');
    const reset = await besideServer(stage.server, ['reset-2fa', 'rita']);
    expect(reset.code).toBe(0);
    await rita.expect(401, 'GET', '/api/v1/auth/me');
    expect((await logIn('rita', PASSWORD)).status).toBe(401);
    const trail = await stage.admin.expect<{ actor_kind: string; target_name: string }[]>(
      200,
      'GET',
      '/api/v1/audit?action=second_factor.reset',
    );
    expect(trail[0]).toMatchObject({ actor_kind: 'system', target_name: 'rita' });
    await (await accept(codeIn(reset.out), 'rita')).expect(200, 'GET', '/api/v1/auth/me');
  });

  it('reset-2fa of somebody who does not exist ends with 1', async () => {
    const { code, errors } = await besideServer(stage.server, ['reset-2fa', 'nobody']);
    expect([code, errors]).toEqual([1, 'The user does not exist.\n']);
  });

  function codeIn(out: string): string {
    return LINK.exec(out)?.[1] ?? 'no link';
  }

  /** Goes the way of the page behind the link. */
  async function accept(code: string, username: string): Promise<ApiUser> {
    const user = new ApiUser(stage.server);
    const offer = await user.expect<{ username: string; secret: string }>(200, 'POST', '/api/v1/auth/invitation', {
      code,
    });
    expect(offer.username).toBe(username);
    const otp = await generate({ secret: offer.secret });
    const accepted = await user.expect<{ access: string }>(201, 'POST', '/api/v1/auth/invitation/accept', {
      ...{ code, password: PASSWORD, otp },
    });
    user.access = accepted.access;
    return user;
  }
});

describe('create-admin on an installation that nobody has set up', () => {
  it('closes the set-up: the link of the first start does not work any more', async () => {
    const server = await TestServer.start({ ADMIN_USERNAME: '', ADMIN_PASSWORD: '' });
    try {
      const link = readFileSync(join(server.dataDir, 'setup-link'), 'utf8').trim();
      const { code } = await besideServer(server, ['create-admin', 'first'], { stdin: PASSWORD });
      expect(code).toBe(0);
      const nobody = new ApiUser(server);
      const setup = { code: link.split('#')[1], username: 'second', password: PASSWORD };
      expect((await nobody.request('POST', '/api/v1/setup', setup)).status).toBe(404);
      await nobody.expect(200, 'POST', '/api/v1/auth/token', { username: 'first', password: PASSWORD });
    } finally {
      await server.dispose();
    }
  });
});
