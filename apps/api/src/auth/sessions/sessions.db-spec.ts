import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  type Answer,
  AuthApp,
  type Login,
  PASSWORD,
  type Person,
  startAuthApp,
} from '../../../test-support/auth-app.js';
import { databaseKinds } from '../../../test-support/test-databases.js';
import type { SessionView } from './session.dto.js';

jest.setTimeout(120_000);

const MINUTE = 60_000;

describe.each(databaseKinds)('Sessions on %s', (kind) => {
  let test: AuthApp;
  let admin: Person;

  beforeEach(async () => {
    test = await startAuthApp(kind);
    admin = await test.administrator();
  });

  afterEach(() => test.close());

  const own = { 'sec-fetch-site': 'same-origin' };
  const value = (answer: Answer<unknown>, name: string): string =>
    /=([^;]*)/.exec(answer.cookies.find((cookie) => cookie.startsWith(`${name}=`)) ?? '')?.[1] ?? '';

  async function cookieLogin(): Promise<{ access: string; refresh: string }> {
    const body = { username: admin.username, password: PASSWORD, otp: test.code(admin.secret) };
    const answer = await test.request('POST', '/api/v1/auth/token?cookie=1', { body, headers: own });
    expect(answer.body).toMatchObject({ access: null, refresh: null, expires_in: 600 });
    test.advance(30_000);
    return { access: value(answer, 'lc_at'), refresh: value(answer, 'lc_rt') };
  }

  const refresh = (token: string) =>
    test.request('POST', '/api/v1/auth/token/refresh?cookie=1', { headers: { ...own, cookie: `lc_rt=${token}` } });
  const me = (access: string) =>
    test.request('GET', '/api/v1/auth/me', { headers: { ...own, cookie: `lc_at=${access}` } });
  const bodyLogin = async (): Promise<Answer<Login>> => {
    const answer = await test.login(admin.username, PASSWORD, test.code(admin.secret));
    test.advance(30_000);
    return answer;
  };

  it('replaces a refresh token in a cookie by one successor, when twenty bring it at the same time', async () => {
    const { refresh: token } = await cookieLogin();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(answers.filter((answer) => value(answer, 'lc_rt') !== '')).toHaveLength(1);
    for (const answer of answers) expect((await me(value(answer, 'lc_at'))).status).toBe(200);
  });

  it('lets the predecessor yield access for ten seconds, and no longer: then the session ends', async () => {
    const { refresh: first } = await cookieLogin();
    const second = value(await refresh(first), 'lc_rt');
    test.advance(9_000);
    const grace = await refresh(first);
    expect([grace.status, value(grace, 'lc_rt')]).toEqual([200, '']);
    test.advance(2_000);
    expect((await refresh(first)).body.code).toBe('invalid_token');
    expect((await refresh(second)).status).toBe(401);
    expect((await me(value(grace, 'lc_at'))).status).toBe(401);
    const reused = (await test.trail()).filter(({ action }) => action === 'session.refresh_reused');
    expect(reused).toHaveLength(1);
  });

  it('keeps a refresh token in a body as it is, for a day from the login and no longer', async () => {
    const { body } = await bodyLogin();
    test.advance(23 * 60 * MINUTE);
    for (let count = 0; count < 3; count += 1) {
      const answer = await test.refresh(body.refresh);
      expect(answer).toMatchObject({ status: 200, body: { refresh: null } });
      expect((await test.get('/api/v1/auth/me', answer.body.access)).status).toBe(200);
    }
    test.advance(60 * MINUTE);
    expect((await test.refresh(body.refresh)).status).toBe(401);
  });

  it('takes no cookie token from a body and no body token from a cookie', async () => {
    const { access, refresh: token } = await cookieLogin();
    const { body } = await bodyLogin();
    expect((await test.refresh(token)).status).toBe(401);
    expect((await refresh(body.refresh)).status).toBe(401);
    expect((await test.get('/api/v1/auth/me', access)).status).toBe(401);
    expect((await me(body.access)).status).toBe(401);
  });

  it('ends a cookie session that idles for 30 minutes, and one that is used after 12 hours (AAL2)', async () => {
    let { access, refresh: token } = await cookieLogin();
    for (let elapsed = 0; elapsed < 11 * 60 + 50; elapsed += 10) {
      test.advance(10 * MINUTE);
      const answer = await refresh(token);
      expect(answer.status).toBe(200);
      [access, token] = [value(answer, 'lc_at'), value(answer, 'lc_rt')];
    }
    expect((await me(access)).status).toBe(200);
    test.advance(10 * MINUTE);
    expect((await refresh(token)).status).toBe(401);
    const idle = await cookieLogin();
    test.advance(30 * MINUTE);
    expect((await refresh(idle.refresh)).status).toBe(401);
  });

  it('stops accepting access tokens the moment their session ends (ASVS 5.0.0-7.4.1)', async () => {
    const { body } = await bodyLogin();
    expect((await test.post('/api/v1/auth/token/verify', { token: body.access })).status).toBe(200);
    expect((await test.post('/api/v1/auth/token/verify', { token: body.refresh })).status).toBe(200);
    expect((await test.post('/api/v1/auth/token/logout', { refresh: body.refresh })).status).toBe(204);
    expect((await test.get('/api/v1/auth/me', body.access)).status).toBe(401);
    expect((await test.post('/api/v1/auth/token/verify', { token: body.access })).status).toBe(401);
    expect((await test.refresh(body.refresh)).status).toBe(401);
    expect((await test.post('/api/v1/auth/token/logout', { refresh: body.refresh })).status).toBe(204);
    expect((await test.get('/api/v1/auth/me', admin.token)).status).toBe(200);
  });

  it('logs out by access token, and by cookies, which it clears', async () => {
    const { body } = await bodyLogin();
    expect((await test.post('/api/v1/auth/token/logout', {}, body.access)).status).toBe(204);
    expect((await test.get('/api/v1/auth/me', body.access)).status).toBe(401);
    const { access, refresh: token } = await cookieLogin();
    const answer = await test.request('POST', '/api/v1/auth/token/logout', {
      headers: { ...own, cookie: `lc_at=${access}; lc_rt=${token}` },
    });
    expect(answer.status).toBe(204);
    expect(answer.cookies).toEqual([
      'lc_at=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
      'lc_rt=; Path=/api/v1/auth; Max-Age=0; HttpOnly; SameSite=Strict',
    ]);
    expect(answer.headers['clear-site-data']).toBe('"cache", "cookies", "storage"');
    expect((await me(access)).status).toBe(401);
  });

  it('lists and ends own sessions, and hides those of others', async () => {
    const viewer = await test.invite(admin, 'viewer', 'viewer');
    const other = (await bodyLogin()).body;
    const listed = await test.get<readonly SessionView[]>('/api/v1/auth/sessions', admin.token);
    expect(listed.body.map(({ current }) => current)).toEqual([false, true]);
    expect(listed.headers['x-total-count']).toBe('2');
    const id = listed.body[0]?.id;
    expect((await test.request('DELETE', `/api/v1/auth/sessions/${id}`, { token: viewer.token })).status).toBe(404);
    expect((await test.get(`/api/v1/auth/sessions?username=${admin.username}`, viewer.token)).status).toBe(403);
    expect((await test.request('DELETE', `/api/v1/auth/sessions/${id}`, { token: admin.token })).status).toBe(204);
    expect((await test.get('/api/v1/auth/me', other.access)).status).toBe(401);
    const theirs = await test.get<readonly SessionView[]>('/api/v1/auth/sessions?username=viewer', admin.token);
    await test.request('DELETE', `/api/v1/auth/sessions/${theirs.body[0]?.id}`, { token: admin.token });
    expect((await test.get('/api/v1/auth/me', viewer.token)).status).toBe(401);
  });

  it('is ended once, and recorded once, when five end it at the same time', async () => {
    await bodyLogin();
    const listed = await test.get<readonly SessionView[]>('/api/v1/auth/sessions', admin.token);
    const path = `/api/v1/auth/sessions/${listed.body[0]?.id}`;
    const ended = await Promise.all(
      Array.from({ length: 5 }, () => test.request('DELETE', path, { token: admin.token })),
    );
    expect(ended.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404]);
    expect((await test.trail()).filter(({ action }) => action === 'session.ended')).toHaveLength(1);
  });

  it('ends all other sessions when the password changes', async () => {
    const other = (await bodyLogin()).body;
    const change = (password: string, next: string) =>
      test.post('/api/v1/auth/password', { password, new_password: next }, admin.token);
    expect((await change('wrong wrong wrong', 'a brand new harbour 77')).body.code).toBe('wrong_password');
    expect((await change(PASSWORD, 'too short')).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/new_password' }],
    });
    expect((await change(PASSWORD, 'a brand new harbour 77')).status).toBe(204);
    expect((await test.get('/api/v1/auth/me', other.access)).status).toBe(401);
    expect((await test.get('/api/v1/auth/me', admin.token)).status).toBe(200);
    expect((await test.login(admin.username, PASSWORD, test.code(admin.secret))).body.code).toBe('invalid_credentials');
    expect((await test.login(admin.username, 'a brand new harbour 77', test.code(admin.secret))).status).toBe(200);
  });
});
