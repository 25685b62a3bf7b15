import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AuthApp, PASSWORD, type Person, startAuthApp } from '../../../test-support/auth-app.js';
import { databaseKinds } from '../../../test-support/test-databases.js';
import { API_KEY_SCOPES, type StaffPrincipal } from '../../common/access/principal.js';
import { Database } from '../../database/database.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import type { MadeApiKeyView } from './api-keys.dto.js';

jest.setTimeout(120_000);

describe.each(databaseKinds)('API keys on %s', (kind) => {
  let test: AuthApp;
  let admin: Person;

  beforeEach(async () => {
    test = await startAuthApp(kind);
    admin = await test.administrator();
  });

  afterEach(() => test.close());

  const make = (by: Person, scopes: readonly string[], more: object = {}) =>
    test.post<MadeApiKeyView>('/api/v1/auth/api-keys', { label: 'script', scopes, ...more }, by.token);
  const scopesOf = async (key: string): Promise<StaffPrincipal['credential'] | undefined> =>
    (await test.app.get(ApiKeyAuthenticator).principalOf(key))?.credential;

  it('are shown once, stored as a hash, and work as a bearer token', async () => {
    const made = await make(admin, ['read']);
    expect(made).toMatchObject({
      status: 201,
      body: { key: expect.stringMatching(/^lck_[\w-]{43}$/), scopes: ['read'] },
    });
    const { key, hint } = made.body;
    expect(key.endsWith(hint)).toBe(true);
    const [row] = await test.app.get(Database).repository(ApiKey).find();
    expect(JSON.stringify(row)).not.toContain(key.slice(4));
    const listed = await test.get('/api/v1/auth/api-keys', admin.token);
    expect(JSON.stringify(listed.body)).not.toContain(key.slice(4));
    expect((await test.get('/api/v1/auth/me', key)).body).toMatchObject({ username: admin.username, session: null });
    expect((await test.get('/api/v1/auth/me', `${key.slice(0, -1)}_`)).body.code).toBe('invalid_token');
  });

  it('never rise above their owner: role and second factor count as they are now', async () => {
    const anna = await test.invite(admin, 'anna', 'admin');
    const { key } = (await make(anna, API_KEY_SCOPES)).body;
    expect((await test.get('/api/v1/users', key)).status).toBe(200);
    await test.request('PATCH', '/api/v1/users/anna', { token: admin.token, body: { role: 'viewer' } });
    expect((await test.get('/api/v1/users', key)).status).toBe(403);
    expect(await scopesOf(key)).toMatchObject({ scopes: ['read', 'download'] });
    const removal = { password: PASSWORD, otp: test.code(anna.secret) };
    expect((await test.request('DELETE', '/api/v1/auth/2fa', { token: anna.token, body: removal })).status).toBe(204);
    expect(await scopesOf(key)).toMatchObject({ scopes: ['read'] });
    await test.request('DELETE', '/api/v1/users/anna', { token: admin.token });
    expect((await test.get('/api/v1/auth/me', key)).body.code).toBe('invalid_token');
    await test.request('PATCH', '/api/v1/users/anna', { token: admin.token, body: { is_active: true } });
    expect((await test.get('/api/v1/auth/me', key)).status).toBe(401);
  });

  it('are made with a fresh second factor, never above the own rights, and never by a key', async () => {
    const viewer = await test.invite(admin, 'viewer', 'viewer');
    expect((await make(viewer, ['read', 'write'])).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/scopes' }],
    });
    expect((await make(viewer, ['everything'])).status).toBe(422);
    expect((await make(viewer, [])).status).toBe(422);
    const { key } = (await make(viewer, ['read', 'download'])).body;
    expect((await make({ ...viewer, token: key }, ['read'])).body.code).toBe('scope_missing');
    for (const [method, path] of [
      ['PATCH', 'me'],
      ['POST', '2fa/setup'],
      ['DELETE', 'sessions/x'],
    ] as const)
      expect((await test.request(method, `/api/v1/auth/${path}`, { token: key, body: {} })).body.code).toBe(
        'scope_missing',
      );
    test.advance(300_001);
    expect((await make(viewer, ['read'])).body.code).toBe('fresh_second_factor_required');
  });

  it('expire, within a year at the latest', async () => {
    const at = (milliseconds: number): string => new Date(test.now() + milliseconds).toISOString();
    const day = 86_400_000;
    expect((await make(admin, ['read'], { expires_at: at(367 * day) })).status).toBe(422);
    expect((await make(admin, ['read'], { expires_at: at(-1) })).status).toBe(422);
    const { key } = (await make(admin, ['read'], { expires_at: at(day) })).body;
    expect((await test.get('/api/v1/auth/me', key)).status).toBe(200);
    test.advance(day);
    expect((await test.get('/api/v1/auth/me', key)).status).toBe(401);
  });

  it('are revoked by their owner or an administrator, and hidden from others', async () => {
    const viewer = await test.invite(admin, 'viewer', 'viewer');
    const [own, theirs] = [(await make(viewer, ['read'])).body, (await make(admin, ['read'])).body];
    const revoke = (id: string, by: Person) =>
      test.request('DELETE', `/api/v1/auth/api-keys/${id}`, { token: by.token });
    expect((await revoke(theirs.id, viewer)).status).toBe(404);
    expect((await revoke(own.id, viewer)).status).toBe(204);
    expect((await test.get('/api/v1/auth/me', own.key)).status).toBe(401);
    expect((await revoke(own.id, viewer)).status).toBe(404);
    const twice = (await make(viewer, ['read'])).body;
    const revoked = await Promise.all(Array.from({ length: 5 }, () => revoke(twice.id, viewer)));
    expect(revoked.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404]);
    expect((await test.trail()).filter(({ action }) => action === 'api_key.revoked')).toHaveLength(2);
    const other = (await make(viewer, ['read'])).body;
    expect((await test.get('/api/v1/auth/api-keys?username=viewer', admin.token)).body).toHaveLength(1);
    expect((await test.get(`/api/v1/auth/api-keys?username=${admin.username}`, viewer.token)).status).toBe(403);
    expect((await revoke(other.id, admin)).status).toBe(204);
    expect((await test.get('/api/v1/auth/me', other.key)).status).toBe(401);
  });
});
