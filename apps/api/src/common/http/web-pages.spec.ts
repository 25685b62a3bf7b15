import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { installWebPages } from './web-pages.js';

describe('The address of a page', () => {
  const directory = mkdtempSync(join(tmpdir(), 'web-pages-'));
  const fastify = Fastify();

  beforeAll(async () => {
    mkdirSync(join(directory, 'assets'));
    for (const name of ['index.html', 'upload.html', 'icon.svg']) writeFileSync(join(directory, name), name);
    await installWebPages(fastify, directory);
  });

  afterAll(async () => {
    await fastify.close();
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['/', 'index.html'],
    ['/tickets/4711', 'index.html'],
    ['/tickets/a.b', 'index.html'],
    ['/u', 'upload.html'],
    ['/u/', 'upload.html'],
  ])('%s shows %s', async (url, page) => {
    expect((await fastify.inject({ url })).body).toBe(page);
  });

  it.each(['/favicon.ico', '/.env', '/a.b.c', '/assets', '/assets/none.js', '/health/none', '/api/v1/none'])(
    '%s is none',
    async (url) => {
      expect((await fastify.inject({ url })).statusCode).toBe(404);
    },
  );

  it('is recognised at once, however many dots it has', async () => {
    const startedAt = performance.now();
    expect((await fastify.inject({ url: `/${'.'.repeat(100_000)}/` })).body).toBe('index.html');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
