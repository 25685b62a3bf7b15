import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestServer } from '../support/server.js';

const ASSET = /(?:src|href)="(\/assets\/[^"]+)"/g;

describe('The web pages on the port of the API', () => {
  let server: TestServer;
  const ask = (path: string, method = 'GET') => fetch(`${server.url}${path}`, { method, redirect: 'manual' });

  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.dispose());

  it.each(['/', '/u', '/login', '/tickets/SUP-1', '/nowhere/at/all'])('%s is never kept by a cache', async (path) => {
    const reply = await ask(path);
    expect([reply.status, reply.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(reply.headers.get('content-type')).toMatch(/^text\/html/);
  });

  it.each(['/', '/u'])('what %s loads has a hash in its name and is kept for ever', async (path) => {
    const assets = [...(await (await ask(path)).text()).matchAll(ASSET)].map(([, asset]) => asset ?? '');
    expect(assets.length).toBeGreaterThan(1);
    for (const asset of assets) {
      const reply = await ask(asset);
      expect(asset).toMatch(/-[\w-]{8}\.(?:js|css)$/);
      expect([asset, reply.status]).toEqual([asset, 200]);
      expect(reply.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(reply.headers.get('content-type')).toMatch(
        asset.endsWith('.css') ? /^text\/css/ : /^(?:text|application)\/javascript/,
      );
    }
  });

  it('scripts are sent compressed to those who can read that', async () => {
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(await (await ask('/')).text()) ?? [];
    const reply = await fetch(`${server.url}${script}`, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(reply.headers.get('content-encoding')).toBe('gzip');
  });

  it.each(['/tickets/ABC.1', '/tickets/1.2.log', '/tickets/SUP-1/', '/archives', '/no-such-page'])(
    '%s belongs to the workbench',
    async (path) => {
      expect(await (await ask(path)).text()).toBe(await (await ask('/')).text());
      const head = await ask(path, 'HEAD');
      expect([head.status, await head.text()]).toEqual([200, '']);
    },
  );

  it('the customers have a page of their own, which loads nothing of the workbench', async () => {
    const [upload, workbench] = await Promise.all(['/u', '/'].map(async (path) => (await ask(path)).text()));
    const entry = (html = '') => /<script[^>]+src="([^"]+)"/.exec(html)?.[1];
    expect(entry(upload)).toMatch(/\/upload-/);
    expect(entry(upload)).not.toBe(entry(workbench));
    expect(await (await ask('/u/')).text()).toBe(upload);
  });

  it.each([
    ...['/assets/gone-12345678.js', '/assets', '/api', '/api/nothing', '/api/v1/nothing', '/health/nothing'],
    ...['/index.html', '/upload.html', '/robots.txt', '/favicon.ico'],
    ...['/assets/%2e%2e/index.html', '/assets/..%2findex.html'],
  ])('%s is no page, even where nothing is found', async (path) => {
    const reply = await ask(path);
    expect(reply.headers.get('content-type')).not.toMatch(/html/);
    expect(reply.headers.get('cache-control')).not.toMatch(/immutable/);
    if (path !== '/api') expect(reply.status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    ['POST', '/'],
    ['POST', '/no-such-page'],
    ['PUT', '/tickets/SUP-1'],
    ['DELETE', '/u'],
  ])('%s %s is answered like any unknown address', async (method, path) => {
    const reply = await ask(path, method);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([
      404,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(await reply.json()).toMatchObject({ code: 'not_found', request_id: expect.any(String) });
  });

  it.each([
    ['/archives/upload/', '/u'],
    ['/tickets/show/vmmanager-6/1203981/', '/tickets/1203981'],
    ['/tickets/create/', '/tickets/new'],
    ['/admin/', '/'],
    ['/admin/auth/user/', '/'],
    ['/account/login/', '/login'],
    ['/account/two_factor/setup/', '/account'],
  ])('the former address %s leads to %s', async (former, successor) => {
    const reply = await ask(former);
    expect([reply.status, reply.headers.get('location')]).toEqual([301, successor]);
  });

  it.each(['/', '/u', '/tickets/SUP-1'])('%s runs under a policy without exceptions', async (path) => {
    const policy = (await ask(path)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe-|\*/);
    expect(await (await ask(path)).text()).not.toMatch(/<style|<script(?![^>]*src=)|\sstyle=|\son\w+=/i);
  });
});
