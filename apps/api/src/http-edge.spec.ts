import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { portOf, sendRaw, startTestApp, type TestApp } from '../test-support/edge-app.js';

let test: TestApp | undefined;
const start = async (...how: Parameters<typeof startTestApp>): Promise<TestApp> => {
  const started = await startTestApp(...how);
  test = started;
  return started;
};
const listen = async (environment: Record<string, string> = {}): Promise<number> => {
  const { app } = await start(environment);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return portOf(app);
};
afterEach(() => test?.close());

describe('ALLOWED_HOSTS', () => {
  it('refuses a Host that is not listed, and /health answers under any', async () => {
    const { app } = await start({ ALLOWED_HOSTS: 'logs.example.com,.example.org' });
    const ask = (host: string, url = '/api/v1/') => app.inject({ url, headers: { host } });
    const refused = await ask('evil.example.net');
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toMatchObject({ code: 'host_not_allowed', status: 400 });
    expect((await ask('notexample.org')).statusCode).toBe(400);
    for (const host of [
      'logs.example.com',
      'LOGS.example.com:8000',
      'logs.example.com.',
      'example.org',
      'a.b.example.org',
    ])
      expect((await ask(host)).statusCode).toBe(200);
    expect((await ask('10.0.0.7:8000', '/health/live')).statusCode).toBe(200);
  });

  it('goes by X-Forwarded-Host only where a trusted proxy says it', async () => {
    const { app } = await start({ ALLOWED_HOSTS: 'logs.example.com', TRUSTED_PROXIES: '10.0.0.1' });
    const headers = { host: 'inner:8000', 'x-forwarded-host': 'logs.example.com' };
    expect((await app.inject({ url: '/api/v1/', headers, remoteAddress: '10.0.0.1' })).statusCode).toBe(200);
    expect((await app.inject({ url: '/api/v1/', headers, remoteAddress: '10.0.0.2' })).statusCode).toBe(400);
  });
});

describe('X-Request-Id', () => {
  it('is always answered, taken over from trusted proxies alone, and only when sane', async () => {
    const { app } = await start({ TRUSTED_PROXIES: '10.0.0.1' });
    const ask = async (id: string, remoteAddress: string) =>
      (await app.inject({ url: '/health/live', headers: { 'x-request-id': id }, remoteAddress })).headers[
        'x-request-id'
      ];
    expect(await ask('proxy-id-0001', '10.0.0.1')).toBe('proxy-id-0001');
    expect(await ask('proxy-id-0001', '10.0.0.2')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await ask('a b', '10.0.0.1')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await ask('x'.repeat(65), '10.0.0.1')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('Security headers', () => {
  it('stand on every answer, errors included', async () => {
    const { app } = await start();
    for (const url of ['/health/live', '/api/v1/', '/api/nothing', '/nothing', '/%zz']) {
      const { headers } = await app.inject({ url });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
      });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['strict-transport-security']).toBeUndefined();
    }
    expect((await app.inject({ url: '/api/v1/' })).headers['cache-control']).toBe('no-store');
  });

  it('ask for TLS only where people come by TLS', async () => {
    const { app } = await start({ PUBLIC_URL: 'https://logs.example.com' });
    expect((await app.inject({ url: '/health/live' })).headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describe('Routes nobody serves', () => {
  it('404 in JSON below /api, 405 with Allow where the path exists, OPTIONS answered', async () => {
    const { app } = await start();
    const unknown = await app.inject({ url: '/api/v1/nothing', headers: { accept: 'text/html' } });
    expect(unknown.statusCode).toBe(404);
    expect(unknown.headers['content-type']).toContain('application/problem+json');
    expect(unknown.json()).toMatchObject({ code: 'not_found', type: '/api/docs/errors#not_found' });

    const wrong = await app.inject({ method: 'POST', url: '/api/v1/check/health/', payload: {} });
    expect(wrong.statusCode).toBe(405);
    expect(wrong.headers.allow).toBe('GET, HEAD, OPTIONS');
    expect(wrong.json()).toMatchObject({ code: 'method_not_allowed' });

    const options = await app.inject({ method: 'OPTIONS', url: '/api/v1/check/health' });
    expect([options.statusCode, options.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect(options.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('a trailing slash and HEAD work, and a DELETE with a JSON type and no body is understood', async () => {
    const { app } = await start();
    expect((await app.inject({ url: '/api/v1/check/health/' })).statusCode).toBe(200);
    const head = await app.inject({ method: 'HEAD', url: '/api/v1/check/health' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    const headers = { 'content-type': 'application/json' };
    const gone = await app.inject({ method: 'DELETE', url: '/api/v1/check/health', headers });
    expect(gone.statusCode).toBe(405);
  });

  it.each([
    ['/archives/upload/?token=secret', '/u'],
    ['/tickets/show/vmmanager/SUP-1/', '/tickets/SUP-1'],
    ['/tickets/create/', '/tickets/new'],
    ['/admin/', '/'],
    ['/account/two_factor/setup/', '/account'],
    ['/api/v1/schema/', '/api/openapi.json'],
    ['/api/v1/schema/swagger/', '/api/docs'],
    ['/api/v1/schema/redoc/', '/api/docs'],
  ])('%s leads to %s', async (former, successor) => {
    const { app } = await start();
    const answer = await app.inject({ url: former });
    expect([answer.statusCode, answer.headers.location]).toEqual([301, successor]);
  });

  it('GET /api/v1/ lists the collections under the address people use', async () => {
    const { app } = await start({ PUBLIC_URL: 'https://logs.example.com:8443/' });
    const index: Record<string, string> = (await app.inject({ url: '/api/v1/' })).json();
    for (const [name, url] of Object.entries(index)) expect(url).toBe(`https://logs.example.com:8443/api/v1/${name}/`);
    expect(Object.keys(index)).not.toContain('schema');
  });
});

describe('A JSON body', () => {
  const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, 1]));
  const send = async (payload: object) => {
    const { app } = await start();
    const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/token', payload });
    return {
      status: answer.statusCode,
      ...answer.json<{ code: string; errors?: { pointer: string; detail: string }[] }>(),
    };
  };

  it('with more values than any request has is refused before they are looked at', async () => {
    expect(await send(fields(5_001))).toMatchObject({ status: 400, code: 'bad_request' });
  });

  it('is told a hundred of its faults at most', async () => {
    const { status, errors } = await send(fields(300));
    expect([status, errors?.length]).toEqual([422, 100]);
  });

  it('is told of an unknown field, however long its name is', async () => {
    const name = 'n'.repeat(200_000);
    const { status, errors } = await send({ username: 'a', password: 'b', [name]: 1 });
    expect([status, errors]).toEqual([422, [{ pointer: `/${name}`, detail: 'should not exist' }]]);
  });
});

describe('Malformed HTTP', () => {
  it.each([
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['an obscured chunked', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['a bare CR', 'GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n'],
    ['a bare LF', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two Hosts', 'GET /api/v1/ HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n'],
  ])('%s is refused with 400', async (_name, request) => {
    expect(await sendRaw(await listen(), request)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('headers beyond 16 KiB are refused with a coded 431', async () => {
    const answer = await sendRaw(await listen(), `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('"code":"headers_too_large"');
  });
});

describe('MAX_SOCKETS_PER_CLIENT', () => {
  it('holds one address to its limit while another gets in, and a trusted proxy may have more', async () => {
    const port = await listen({ MAX_SOCKETS_PER_CLIENT: '2', TRUSTED_PROXIES: '127.0.0.3' });
    const hold = (localAddress: string) =>
      new Promise<ReturnType<typeof connect>>((resolve) => {
        const socket = connect({ port, host: '127.0.0.1', localAddress }, () => resolve(socket));
      });
    const ask = (from: string) =>
      sendRaw(port, 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', from);
    const held = [await hold('127.0.0.2'), await hold('127.0.0.2')];
    for (let i = 0; i < 3; i += 1) held.push(await hold('127.0.0.3'));
    const refused = await ask('127.0.0.2').catch((error: NodeJS.ErrnoException) => error.code);
    expect(refused).toMatch(/^HTTP\/1\.1 429 |ECONNRESET|EPIPE/);
    expect(await ask('127.0.0.4')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask('127.0.0.3')).toMatch(/^HTTP\/1\.1 200 /);
    for (const socket of held.splice(0)) socket.destroy();
    // The server notices a moment later that they are gone.
    let answer = '';
    for (const deadline = Date.now() + 10_000; !answer.startsWith('HTTP/1.1 200 ') && Date.now() < deadline; ) {
      answer = await ask('127.0.0.2').catch(() => '');
    }
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('The access log', () => {
  it('has one line for each request: the pattern, never the URL; no query of the referer; no controls of the agent', async () => {
    const { app, requestLines, logged } = await start({ TRUSTED_PROXIES: '10.0.0.1' });
    await app.inject({
      url: '/api/docs/assets/start.js?token=canary-1',
      remoteAddress: '10.0.0.1',
      headers: {
        'x-forwarded-for': '6.6.6.6, 203.0.113.9',
        referer: 'https://logs.example.com/u?token=canary-2#canary-3',
        'user-agent': `evil\u202e\u001b[31m${'a'.repeat(400)}`,
        authorization: 'Bearer canary-4',
      },
    });
    await app.inject({ url: '/api/v1/check/token/canary-5' });
    const [known, unknown] = await requestLines(2);
    expect(known).toMatchObject({
      level: 'info',
      client: '203.0.113.9',
      method: 'GET',
      route: '/api/docs/assets/:name',
      status: 200,
      referer: 'https://logs.example.com/u',
      duration_ms: expect.any(Number),
      bytes: expect.any(Number),
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    expect(String(known?.agent)).toMatch(/^evil\\u\{202e\}\\u\{1b\}\[31ma+$/);
    expect(String(known?.agent).length).toBeLessThanOrEqual(256);
    expect(unknown).toMatchObject({ route: '/api/v1/check/token/:token', status: 404 });
    expect(JSON.stringify(logged)).not.toContain('canary');
  });

  it('counts the bytes of each answer on a kept connection', async () => {
    const port = await listen();
    const one = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n';
    const last = 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    const answer = await sendRaw(port, one + last);
    const lines = (await test?.requestLines(2)) ?? [];
    const sum = lines.reduce((total, line) => total + Number(line.bytes), 0);
    expect(sum).toBe(Buffer.byteLength(answer));
  });

  it('warns once of forwarded headers from a stranger', async () => {
    const { app, logged } = await start({ TRUSTED_PROXIES: '10.0.0.1' });
    for (let i = 0; i < 3; i += 1) {
      await app.inject({ url: '/health/live', headers: { 'x-forwarded-for': '1.2.3.4' }, remoteAddress: '10.0.0.2' });
    }
    expect(logged.filter((line) => line.level === 'warn' && 'address' in line)).toMatchObject([
      { address: '10.0.0.2' },
    ]);
  });
});

describe('Compression', () => {
  const headers = { 'accept-encoding': 'gzip' };

  it('applies to texts of some size', async () => {
    const { app } = await start();
    const script = await app.inject({ url: '/api/docs/assets/swagger-ui.css', headers });
    expect(script.headers['content-encoding']).toBe('gzip');
    expect(script.headers.vary).toMatch(/accept-encoding/i);
  });

  it('leaves downloads and the routes of uploads alone', async () => {
    const { app } = await start({}, (fastify) => {
      const text = 'line of a log\n'.repeat(1_000);
      fastify.get('/download', (_request, reply) =>
        reply.type('text/plain').header('Content-Disposition', 'attachment').send(text),
      );
      fastify.get('/door', { config: { rawBody: true } }, (_request, reply) => reply.type('text/plain').send(text));
      fastify.get('/text', (_request, reply) => reply.type('text/plain').send(text));
    });
    const encodingOf = async (url: string) => (await app.inject({ url, headers })).headers['content-encoding'];
    expect(await encodingOf('/text')).toBe('gzip');
    expect(await encodingOf('/download')).toBeUndefined();
    expect(await encodingOf('/door')).toBeUndefined();
  });
});
