import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { PublicUrl } from './public-url.js';
import { installUploaderScripts } from './uploader-scripts.js';

let directory: string;
let server: FastifyInstance;

function serve(url: string | undefined): FastifyInstance {
  server = fastify();
  const publicUrl = new PublicUrl({ PUBLIC_URL: url, ALLOWED_HOSTS: ['*'], PORT: 8000 });
  installUploaderScripts(server, publicUrl, directory);
  return server;
}

describe('The upload scripts', () => {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'logs-collector-scripts-'));
  });
  afterEach(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it.each(['https://logs.example.com', "https://logs.example.com/it's", 'https://logs.example.com/$(id)/`id`/$&/$1'])(
    'give a shell exactly %s',
    async (url) => {
      writeFileSync(join(directory, 'uploader.sh'), '#!/bin/sh\nDEFAULT_URL=\'\'\nprintf %s "$DEFAULT_URL"\n');
      const answer = await serve(url).inject({ url: '/uploader.sh' });
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': 'text/x-shellscript; charset=utf-8',
      });
      expect(execFileSync('sh', ['-c', answer.body], { encoding: 'utf8' })).toBe(url);
    },
  );

  it('carry nothing that a hostile Host header says', async () => {
    writeFileSync(join(directory, 'uploader.sh'), "DEFAULT_URL=''\n");
    const answer = await serve(undefined).inject({ url: '/uploader.sh', headers: { host: "a';id;'" } });
    expect(answer.body).toBe("DEFAULT_URL='http://localhost:8000'\n");
  });

  it('double the quote for PowerShell', async () => {
    writeFileSync(join(directory, 'uploader.ps1'), "$DefaultUrl = ''\r\nrest\r\n");
    const answer = await serve("https://a/it's").inject({ url: '/uploader.ps1' });
    expect(answer.body).toContain("$DefaultUrl = 'https://a/it''s'");
  });

  it('are not found where they are not there', async () => {
    const reply = await serve(undefined).inject({ url: '/uploader.ps1' });
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
    expect(reply.json()).toMatchObject({ code: 'not_found' });
  });
});
