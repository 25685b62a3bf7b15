import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  AuthApp,
  type Confirmed,
  codeOf,
  PASSWORD,
  type Person,
  startAuthApp,
} from '../../../test-support/auth-app.js';
import { databaseKinds } from '../../../test-support/test-databases.js';
import type { OfferedSecretView } from '../two-factor/two-factor.dto.js';
import { UserDirectory } from './user-directory.js';
import type { InvitedUserView, UserView } from './users.dto.js';

jest.setTimeout(120_000);

describe.each(databaseKinds)('Users on %s', (kind) => {
  let test: AuthApp;
  let admin: Person;

  beforeEach(async () => {
    test = await startAuthApp(kind);
    admin = await test.administrator();
  });

  afterEach(() => test.close());

  const send = <T>(method: string, path: string, by: Person, body?: object) =>
    test.request<T>(method, `/api/v1/users${path}`, { token: by.token, ...(body ? { body } : {}) });

  it('keeps one administrator, when two deactivate each other at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const other = await test.invite(admin, `other-${round}`, 'admin');
      const answers = await Promise.all([
        send('DELETE', `/${other.username}`, admin),
        send('DELETE', `/${admin.username}`, other),
      ]);
      expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
      const survivor = answers[0]?.status === 204 ? admin : other;
      expect((await test.get('/api/v1/auth/me', survivor.token)).body.role).toBe('admin');
      expect((await send('DELETE', `/${survivor.username}`, survivor)).body.code).toBe('last_administrator');
      expect((await send('PATCH', `/${survivor.username}`, survivor, { role: 'staff' })).body.code).toBe(
        'last_administrator',
      );
      admin = survivor;
    }
  });

  it('lets a demotion and a deactivation hold from the next request on (ASVS 5.0.0-8.3.2)', async () => {
    const other = await test.invite(admin, 'other', 'admin');
    expect((await send('GET', '', other)).status).toBe(200);
    expect((await send<UserView>('PATCH', '/other', admin, { role: 'viewer' })).body.role).toBe('viewer');
    expect((await send('GET', '', other)).status).toBe(403);
    expect((await send<UserView>('PATCH', '/other', admin, { is_active: false })).body.is_active).toBe(false);
    expect((await test.get('/api/v1/auth/me', other.token)).body.code).toBe('invalid_token');
    expect((await send('PATCH', '/other', admin, { is_active: true })).status).toBe(200);
    expect((await test.get('/api/v1/auth/me', other.token)).status).toBe(401);
    expect((await test.login('other', PASSWORD, test.code(other.secret))).status).toBe(200);
  });

  it('invites once, with password and second factor together', async () => {
    const made = await send<InvitedUserView>('POST', '', admin, { username: 'Anna', role: 'staff' });
    expect(made).toMatchObject({
      status: 201,
      body: { user: { username: 'anna', role: 'staff', has_password: false, has_second_factor: false } },
    });
    expect(made.body.invitation.url).toMatch(/^http:\/\/logs\.example\.com\/invitation#[\w-]{43}$/);
    const code = codeOf(made.body);
    const opened = await test.post<OfferedSecretView>('/api/v1/auth/invitation', { code });
    expect(opened.body).toMatchObject({ username: 'anna', secret: expect.stringMatching(/^[A-Z2-7]{32}$/) });
    const accept = (body: object) =>
      test.post<Confirmed>('/api/v1/auth/invitation/accept', { code, password: PASSWORD, ...body });
    expect((await accept({ otp: '000000' })).body.code).toBe('wrong_code');
    expect((await accept({ otp: test.code(opened.body.secret), password: 'short' })).status).toBe(422);
    const otp = test.code(opened.body.secret);
    const answers = await Promise.all(Array.from({ length: 10 }, () => accept({ otp })));
    const accepted = answers.filter(({ status }) => status === 201);
    expect(accepted).toHaveLength(1);
    expect(accepted[0]?.body).toMatchObject({ two_factor: { enrolled: true }, recovery_codes: expect.any(Array) });
    expect((await test.get('/api/v1/users', accepted[0]?.body.access)).status).toBe(403);
    expect((await test.post('/api/v1/auth/invitation', { code })).body.code).toBe('invitation_invalid');
    expect((await test.login('anna', PASSWORD, otp)).body.code).toBe('two_factor_required');
  });

  it('lets a newer invitation replace an older one, and both expire after 72 hours', async () => {
    const made = await send<InvitedUserView>('POST', '', admin, { username: 'anna', role: 'staff' });
    const older = codeOf(made.body);
    const newer = codeOf((await send<InvitedUserView>('POST', '/anna/invitation', admin)).body);
    expect((await test.post('/api/v1/auth/invitation', { code: older })).status).toBe(404);
    expect((await test.post('/api/v1/auth/invitation', { code: newer })).status).toBe(200);
    test.advance(72 * 3_600_000);
    expect((await test.post('/api/v1/auth/invitation', { code: newer })).status).toBe(404);
  });

  it('resets a second factor without a moment in which a password alone is enough', async () => {
    const anna = await test.invite(admin, 'anna', 'staff');
    expect((await send('POST', '/anna/invitation', admin)).body.code).toBe('second_factor_exists');
    const reset = await send<InvitedUserView>('DELETE', '/anna/2fa', admin);
    expect(reset).toMatchObject({ status: 200, body: { user: { has_password: false, has_second_factor: false } } });
    expect((await test.get('/api/v1/auth/me', anna.token)).status).toBe(401);
    expect((await test.login('anna', PASSWORD)).body.code).toBe('invalid_credentials');
    const again = await test.accept(codeOf(reset.body), 'anna');
    expect(again.secret).not.toBe(anna.secret);
    expect((await test.login('anna', PASSWORD, anna.recoveryCodes[0])).body.code).toBe('two_factor_required');
    expect((await test.login('anna', PASSWORD, test.code(again.secret))).status).toBe(200);
    expect((await send('DELETE', `/${admin.username}/2fa`, admin)).body.code).toBe('own_account');
  });

  it('needs an administrator with a code of the last five minutes, and tells names apart whatever their case', async () => {
    const staff = await test.invite(admin, 'staff-user', 'staff');
    expect((await send('POST', '', staff, { username: 'x', role: 'admin' })).status).toBe(403);
    expect((await send('POST', '', admin, { username: 'STAFF-USER', role: 'viewer' })).body.code).toBe(
      'username_taken',
    );
    expect((await send('POST', '', admin, { username: 'x', role: 'admin', is_active: true })).status).toBe(422);
    test.advance(300_001);
    expect((await send('POST', '', admin, { username: 'x', role: 'viewer' })).body.code).toBe(
      'fresh_second_factor_required',
    );
    expect((await test.post('/api/v1/auth/2fa/verify', { otp: test.code(admin.secret) }, admin.token)).status).toBe(
      200,
    );
    expect((await send('POST', '', admin, { username: 'x', role: 'viewer' })).status).toBe(201);
  });

  it('shows the own account with what may be done, and changes nothing of it but name and language', async () => {
    const viewer = await test.invite(admin, 'viewer', 'viewer');
    const patch = (body: object) => test.request('PATCH', '/api/v1/auth/me', { token: viewer.token, body });
    expect((await patch({ role: 'admin' })).status).toBe(422);
    expect((await patch({ username: 'root' })).status).toBe(422);
    const changed = await patch({ display_name: 'Vera', locale: 'ru' });
    expect(changed.body).toMatchObject({
      display_name: 'Vera',
      locale: 'ru',
      role: 'viewer',
      two_factor: { recovery_codes_left: 10 },
    });
    expect(changed.body.permissions).toEqual(
      expect.arrayContaining(['ticket.read', 'archive.download', 'api-key.create']),
    );
    expect(JSON.stringify(changed.body)).not.toContain('user.manage');
    test.advance(300_001);
    const later = await test.get('/api/v1/auth/me', viewer.token);
    expect(later.body.locked).toEqual([{ permission: 'api-key.create', code: 'fresh_second_factor_required' }]);
    expect((await patch({ display_name: null })).body.display_name).toBeNull();
  });

  it('pages through the list, and describes users to other modules', async () => {
    const names = ['a1', 'a2', 'a3'];
    for (const username of names) await send('POST', '', admin, { username, role: 'viewer' });
    const first = await send<readonly UserView[]>('GET', '?limit=2&unknown=ignored', admin);
    expect(first.body.map(({ username }) => username)).toEqual(['a3', 'a2']);
    expect(first.headers['x-total-count']).toBe('4');
    const next = /<([^>]*)>; rel="next"/.exec(String(first.headers.link))?.[1] ?? '';
    const second = await test.get<readonly UserView[]>(next, admin.token);
    expect(second.body.map(({ username }) => username)).toEqual(['a1', admin.username]);
    expect(JSON.stringify(first.body)).not.toMatch(/hash|sealed|argon2/);
    const id = first.body[0]?.id ?? '';
    const directory = test.app.get(UserDirectory);
    expect(await directory.describe([id, id, 'nobody'])).toEqual(
      new Map([[id, { id, username: 'a3', displayName: null }]]),
    );
    expect(await directory.findByUsername('A3')).toMatchObject({ id });
  });
});
