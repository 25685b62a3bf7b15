import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { portOf, sendRaw, startTestApp, type TestApp } from '../test-support/edge-app.js';

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await test.app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => test.close());

/** Status, media type and code of what comes back for these bytes. */
async function answerTo(text: string): Promise<unknown[]> {
  const [head = '', body = ''] = (await sendRaw(portOf(test.app), text)).split('\r\n\r\n');
  const mediaType = /^content-type: ([^;\r]*)/im.exec(head)?.[1];
  return [Number(head.split(' ')[1]), mediaType, (JSON.parse(body || '{}') as { code?: string }).code];
}

const PROBLEM = 'application/problem+json';
const HOST = 'Host: a\r\nConnection: close\r\n';

describe('What Node would refuse by itself gets a problem document', () => {
  it.each([
    ['HTTP/1.1 without a Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed_request'],
    ['two Hosts', `GET /health/live HTTP/1.1\r\n${HOST}Host: b\r\n\r\n`, 400, 'malformed_request'],
    ['an unknown Expect', `GET /health/live HTTP/1.1\r\n${HOST}Expect: 200-ok\r\n\r\n`, 417, 'expectation_failed'],
    ['no request line', 'hello\r\n\r\n', 400, 'malformed_request'],
    ['a broken header', `GET / HTTP/1.1\r\n${HOST}a b: c\r\n\r\n`, 400, 'malformed_request'],
    ['an unknown method', `BREW / HTTP/1.1\r\n${HOST}\r\n`, 400, 'malformed_request'],
    [
      'two lengths',
      `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
      400,
      'malformed_request',
    ],
    ['too much header', `GET / HTTP/1.1\r\n${HOST}A: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['too long a path', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`, 431, 'headers_too_large'],
  ] as const)('for %s', async (_what, text, status, code) => {
    expect(await answerTo(text)).toEqual([status, PROBLEM, code]);
  });

  it('and what a client waits to send is not waited for', async () => {
    const head = 'Host: a\r\nUpload-Token: x\r\nContent-Length: 5\r\nExpect: 100-continue, teapot\r\n';
    const startedAt = performance.now();
    expect(await answerTo(`PUT /api/v1/archives/a.log HTTP/1.1\r\n${head}\r\n`)).toEqual([
      417,
      PROBLEM,
      'expectation_failed',
    ]);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });

  it('while HTTP/1.0 needs no Host', async () => {
    expect((await answerTo('GET /health/live HTTP/1.0\r\n\r\n'))[0]).toBe(200);
  });
});
