import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { TcpProxy } from '../e2e/support/tcp-proxy.js';
import { temporaryDirectory } from './test-support/temporary-directory.js';
import { until } from './test-support/until.js';
import { randomFile, run, type Shell, start, startServer, TOKEN } from './test-support/uploader-run.js';
import { everywhere, present } from './test-support/uploader-scenes.js';

const MiB = 1024 * 1024;
jest.setTimeout(60_000);

/** A directory with one program of that name, which comes first in the path of the shell. */
function withProgram(shell: Shell, name: string, text: string): Shell {
  const directory = temporaryDirectory('program');
  writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return { ...shell, path: `${directory}:${shell.path}` };
}

const AT_ONCE = { env: { UPLOADER_GIVE_UP_AFTER: '0' } };

const PAGES: [status: number, exit: number, words: RegExp][] = [
  [401, 3, /before the server asks for a login/],
  [403, 3, /proxy or a firewall, forbids this\. It is not the upload token/],
  [404, 3, /no upload service at this address/],
  [410, 3, /no upload service at this address/],
  [413, 3, /proxy before the server takes nothing this large/],
  [429, 4, /before the server has too many requests/],
  [502, 4, /proxy answers, but the server behind it does not/],
  [503, 4, /proxy answers, but the server behind it does not/],
  [504, 4, /proxy answers, but the server behind it does not/],
  [507, 3, /before the server has not enough space/],
  [302, 3, /sends to another address\. Give that with --url/],
];

describe('What the uploader says', () => {
  it('blames for a page whoever sent it', async () => {
    const [shell] = present;
    if (!shell) throw new Error('there is no shell');
    const path = randomFile(10).path;
    const outcomes = new Map<number, unknown>();
    const said = PAGES.map(async ([status]) => {
      const server = await startServer({ refusal: { status, html: true } });
      const { code, stderr } = await run(shell, ['-u', server.url, '-f', path], AT_ONCE);
      outcomes.set(status, { code, stderr });
      await server.stop();
    });
    await Promise.all(said);
    for (const [status, code, words] of PAGES)
      expect([status, outcomes.get(status)]).toEqual([status, { code, stderr: expect.stringMatching(words) }]);
  });

  it(
    'blames nobody else when the server itself is busy and answers HEAD, without a word',
    everywhere(async ({ shell, server }) => {
      server.refusal = { status: 503, times: 1, when: (method) => method === 'HEAD' };
      const { code, stderr } = await run(shell, ['-v', '-u', server.url, '-f', randomFile(10).path]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('The server is busy. (HTTP 503)') });
    }),
  );

  it(
    'tries the other files after a page of a firewall, which does not know the token',
    everywhere(async ({ shell, server }) => {
      server.refusal = { status: 403, html: true, times: 1 };
      const [a, b] = [randomFile(10, 'a'), randomFile(10, 'b')];
      expect((await run(shell, ['-u', server.url, '-f', a.path, '-f', b.path])).code).toBe(3);
      expect(server.archives.stored).toMatchObject([{ name: 'b' }]);
    }),
  );

  it.each([403, 502])('calls stored what is stored, though the receipt is kept back with %i', (status) =>
    everywhere(async ({ shell, server }) => {
      server.refusal = { status, html: true, when: (method) => method === 'GET' };
      const file = randomFile(10);
      const { code, stdout } = await run(shell, ['-u', server.url, '-f', file.path]);
      expect(code).toBe(0);
      expect(stdout).toContain(`${file.sha256} (verified here)`);
      expect(server.archives.stored).toHaveLength(1);
    })(),
  );

  it(
    'takes the link to the upload page for the token that is in it',
    everywhere(async ({ shell, server }) => {
      const env = { UPLOAD_TOKEN: `https://logs.example.com/u#${TOKEN}` };
      expect((await run(shell, ['-u', server.url, '-f', randomFile(10).path], { env })).code).toBe(0);
    }),
  );

  it(
    'takes what the shell makes of -f *.log',
    everywhere(async ({ shell, server }) => {
      const [a, b] = [randomFile(10, 'a.log'), randomFile(10, 'b.log')];
      expect((await run(shell, ['-f', a.path, b.path, '-u', server.url])).code).toBe(0);
      expect(server.archives.stored.map((one) => one.name)).toEqual(['a.log', 'b.log']);
    }),
  );

  it(
    'names after Ctrl-C every file that is not stored',
    everywhere(async ({ shell, proxy }) => {
      proxy.bytesPerSecond = 4 * MiB;
      const files = ["it's.log", 'b c.log', 'd.log'].map(
        (name) => randomFile(name === 'd.log' ? 10 : 3 * MiB, name).path,
      );
      const { child, outcome } = start(shell, ['-u', proxy.url, ...files.flatMap((path) => ['-f', path])]);
      await until(() => proxy.passed.up > MiB);
      process.kill(-(child.pid ?? 0), 'SIGINT');
      const { code, stderr } = await outcome;
      expect(code).toBe(130);
      expect(stderr).toContain(`it'\\''s.log' -f '${files[1]}' -f '${files[2]}'\n`);
    }),
  );

  it.each([
    'echo "curl: (23) Failed writing received data to disk" >&2; exit 23',
    'exit 0 # the answer had no body, and what -w says found no space either',
  ])('says at once that there is no space here, and does not call it the network (%s)', (curl) =>
    everywhere(async ({ shell, server }) => {
      const full = withProgram(shell, 'curl', curl);
      const TMPDIR = temporaryDirectory('full');
      const { code, stderr } = await run(full, ['-u', server.url, '-f', randomFile(10).path], { env: { TMPDIR } });
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`no space in ${TMPDIR};`) });
      expect(stderr).not.toContain('run:');
    })(),
  );

  it('says what to do when a file becomes shorter', async () => {
    const [shell] = present;
    if (!shell) throw new Error('there is no shell');
    const server = await startServer();
    const proxy = await new TcpProxy(server.port).start();
    proxy.bytesPerSecond = 16 * MiB;
    const file = randomFile(16 * MiB);
    const { outcome } = start(shell, ['-u', proxy.url, '-f', file.path], { env: { UPLOADER_STALL_AFTER: '1' } });
    await until(() => proxy.passed.up > MiB);
    truncateSync(file.path, 10);
    const { code, stderr } = await outcome;
    await proxy.stop();
    await server.stop();
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining('the same command sends what it is') });
  });

  it(
    'asks whether the server speaks https where it does not',
    everywhere(async ({ shell, server }) => {
      const args = ['-u', server.url.replace('http:', 'https:'), '-f', randomFile(10).path];
      const { code, stderr } = await run(shell, args, AT_ONCE);
      expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringContaining('speak https at this address?') });
    }),
  );

  it(
    'leaves zsh to whoever has it: there some names of variables are taken',
    everywhere(async ({ shell, server }) => {
      const zsh = withProgram(shell, 'emulate', 'echo zsh');
      const { code, stderr } = await run(zsh, ['-u', server.url, '-f', randomFile(10).path]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Run this with sh') });
      expect(server.seen).toHaveLength(0);
    }),
  );
});
