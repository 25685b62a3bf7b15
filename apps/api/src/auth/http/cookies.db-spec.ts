import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Answer, AuthApp, PASSWORD, startAuthApp } from '../../../test-support/auth-app.js';

jest.setTimeout(120_000);

const OWN = { 'sec-fetch-site': 'same-origin' };

describe('Cookies (ASVS 5.0.0-3.3)', () => {
  let test: AuthApp;

  afterEach(() => test.close());

  const setUp = (headers: Readonly<Record<string, string>> = OWN): Promise<Answer> =>
    test.request('POST', '/api/v1/setup?cookie=1', {
      body: { code: test.setupCode(), username: 'root-user', password: PASSWORD },
      headers,
    });
  const tokenIn = (cookie = ''): string => /^[^=]+=([^;]+)/.exec(cookie)?.[1] ?? '';

  it('on plain http: HttpOnly, SameSite=Strict, their paths, no prefix, no Secure', async () => {
    test = await startAuthApp();
    const { status, body, cookies } = await setUp();
    expect([status, body.access, body.refresh]).toEqual([201, null, null]);
    expect(cookies).toEqual([
      expect.stringMatching(/^lc_at=[\w-]+\.[\w-]+\.[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Strict$/),
      expect.stringMatching(/^lc_rt=[\w-]{43}; Path=\/api\/v1\/auth; Max-Age=1800; HttpOnly; SameSite=Strict$/),
    ]);
  });

  it.each([
    ['PUBLIC_URL is https', { PUBLIC_URL: 'https://logs.example.com' }, {}],
    ['a trusted proxy says https', { TRUSTED_PROXIES: '192.0.2.0/24' }, { 'x-forwarded-proto': 'https' }],
  ])('with TLS, because %s: prefixes and Secure, and other names are not read', async (_why, settings, headers) => {
    test = await startAuthApp('sqlite', settings);
    const { cookies } = await setUp({ ...OWN, ...headers });
    expect(cookies).toEqual([
      expect.stringMatching(/^__Host-lc_at=[^;]+; Path=\/; Max-Age=600; HttpOnly; Secure; SameSite=Strict$/),
      expect.stringMatching(
        /^__Secure-lc_rt=[^;]+; Path=\/api\/v1\/auth; Max-Age=1800; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ]);
    const ask = (name: string) =>
      test.request('GET', '/api/v1/auth/me', {
        headers: { ...OWN, ...headers, cookie: `${name}=${tokenIn(cookies[0])}` },
      });
    expect((await ask('__Host-lc_at')).status).toBe(200);
    expect((await ask('lc_at')).body.code).toBe('unauthenticated');
  });

  it('believes no stranger who says https', async () => {
    test = await startAuthApp();
    expect((await setUp({ ...OWN, 'x-forwarded-proto': 'https' })).cookies[0]).toMatch(/^lc_at=/);
  });

  it('a request with a bearer token needs no page and ignores cookies; another scheme is a proxy’s', async () => {
    test = await startAuthApp();
    const cookie = `lc_at=${tokenIn((await setUp()).cookies[0])}`;
    const { body } = await test.login('root-user', PASSWORD);
    const patch = (headers: Readonly<Record<string, string>>) =>
      test.request('PATCH', '/api/v1/auth/me', { headers, body: { locale: 'en' } });
    expect((await patch({ authorization: `Bearer ${body.access}`, cookie: 'lc_at=stale' })).status).toBe(200);
    expect((await patch({ authorization: 'Bearer wrong', cookie, ...OWN })).body.code).toBe('invalid_token');
    expect((await patch({ authorization: 'Basic dXNlcjpwYXNz', cookie, ...OWN })).status).toBe(200);
  });

  it('a stale cookie or a wrong token keeps nobody from logging in', async () => {
    test = await startAuthApp();
    await setUp();
    const headers = { cookie: 'lc_at=stale; lc_rt=stale', authorization: 'Bearer wrong' };
    const body = { username: 'root-user', password: PASSWORD };
    expect((await test.request('POST', '/api/v1/auth/token', { headers, body })).status).toBe(200);
    expect((await test.request('GET', '/api/v1/auth/me', { headers: { ...OWN, cookie: 'lc_at=stale' } })).status).toBe(
      401,
    );
  });
});

describe('Cross-site requests (ASVS 5.0.0-3.5.1)', () => {
  const own = 'http://logs.example.com';
  let test: AuthApp;

  afterEach(() => test.close());

  const sources: [name: string, headers: Record<string, string>, mayRead: boolean, mayWrite: boolean][] = [
    ['a page of ours', { 'sec-fetch-site': 'same-origin', origin: own }, true, true],
    ['a page of ours without fetch metadata', { origin: own }, true, true],
    ['the address bar', { 'sec-fetch-site': 'none' }, true, false],
    ['an old browser', {}, true, false],
    ['a trusted origin', { 'sec-fetch-site': 'cross-site', origin: 'http://desk.domain.com' }, true, true],
    ['a sister site', { 'sec-fetch-site': 'same-site' }, false, false],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, false, false],
    ['another site without fetch metadata', { origin: 'https://evil.example' }, false, false],
    ['a sandboxed page', { origin: 'null' }, false, false],
    ['the same host on another port', { origin: `${own}:8080` }, false, false],
    ['the same host with another scheme', { origin: 'https://logs.example.com' }, false, false],
  ];

  it('are refused wherever the credential is a cookie, and only there', async () => {
    test = await startAuthApp('sqlite', { CSRF_TRUSTED_ORIGINS: 'http://*.domain.com' });
    const first = await test.request('POST', '/api/v1/setup?cookie=1', {
      body: { code: test.setupCode(), username: 'root-user', password: PASSWORD },
      headers: OWN,
    });
    const [access, refresh] = first.cookies.map((cookie) => /=([^;]+)/.exec(cookie)?.[1] ?? '');
    const { body } = await test.login('root-user', PASSWORD);
    const login = { username: 'root-user', password: PASSWORD };
    let current = refresh;
    const seen: unknown[] = [];
    for (const [name, headers, mayRead, mayWrite] of sources) {
      const cookie = `lc_at=${access}; lc_rt=${current}`;
      const send = (method: string, url: string, more: object = {}) =>
        test.request(method, url, { headers: { ...headers, cookie }, ...more });
      const read = await send('GET', '/api/v1/auth/me');
      const write = await send('PATCH', '/api/v1/auth/me', { body: { locale: 'en' } });
      const cookieLogin = await send('POST', '/api/v1/auth/token?cookie=1', { body: login });
      const renewal = await send('POST', '/api/v1/auth/token/refresh?cookie=1');
      current = /lc_rt=([^;]+)/.exec(renewal.cookies.join('\n'))?.[1] ?? current;
      const bodyLogin = await test.request('POST', '/api/v1/auth/token', { headers, body: login });
      const bearer = await test.request('PATCH', '/api/v1/auth/me', { headers, token: body.access, body: {} });
      const statuses = [read, write, cookieLogin, renewal, bodyLogin, bearer].map(({ status }) => status);
      const [readable, writable] = [mayRead ? 200 : 403, mayWrite ? 200 : 403];
      seen.push([name, statuses]);
      expect([name, statuses]).toEqual([name, [readable, writable, writable, writable, 200, 200]]);
      if (!mayWrite) expect([write.body.code, cookieLogin.cookies]).toEqual(['cross_site_request', []]);
    }
    expect(seen).toHaveLength(sources.length);
  });

  it('cannot set the server up, accept an invitation or log somebody out with cookies', async () => {
    test = await startAuthApp();
    const headers = { 'sec-fetch-site': 'cross-site', cookie: 'lc_at=x; lc_rt=x' };
    const posts: [string, object][] = [
      ['/api/v1/setup?cookie=1', { code: 'x', username: 'x', password: 'x' }],
      ['/api/v1/auth/invitation/accept?cookie=1', { code: 'x', password: 'x', otp: 'x' }],
      ['/api/v1/auth/token/logout', {}],
      ['/api/v1/auth/token/verify', {}],
    ];
    for (const [url, body] of posts) {
      const answer = await test.request('POST', url, { headers, body });
      expect([url, answer.status, answer.body.code]).toEqual([url, 403, 'cross_site_request']);
    }
  });
});
