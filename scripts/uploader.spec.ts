import { randomUUID } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { temporaryDirectory } from './test-support/temporary-directory.js';
import { until } from './test-support/until.js';
import { randomFile, run, type Shell, sha256, start, startServer, TOKEN } from './test-support/uploader-run.js';
import { everywhere, present } from './test-support/uploader-scenes.js';

const MiB = 1024 * 1024;
jest.setTimeout(120_000);

/** All arguments of all processes of this machine, except of those named. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // has ended in the meantime
      }
    });
}

describe(`the uploader on a bad line, run by ${present.map((shell) => shell.name).join(', ')}`, () => {
  it(
    'stores a file and shows its receipt',
    everywhere(async ({ shell, server, proxy }) => {
      const file = randomFile(5 * MiB + 1);
      const { code, stdout } = await run(shell, ['-u', proxy.url, '-f', file.path]);
      expect(code).toBe(0);
      expect(server.archives.stored).toMatchObject([{ name: 'app.log', size: 5 * MiB + 1, sha256: file.sha256 }]);
      expect(stdout).toContain(`SHA-256  ${file.sha256} (verified here)`);
      expect(stdout).toMatch(/Ticket {3}4711\n {2}Time {5}20.*\n {2}Archive {2}1\nYou can close this window/);
    }),
  );

  it(
    'survives five cuts at random bytes and sends little twice',
    everywhere(async ({ shell, server, proxy }) => {
      const size = 64 * MiB;
      const file = randomFile(size);
      for (let i = 0; i < 5; i++) proxy.cutAfter(Math.floor(((i + Math.random()) * size) / 5));
      const { code } = await run(shell, ['-u', proxy.url, '-f', file.path]);
      expect(code).toBe(0);
      expect(proxy.cutsLeft).toBe(0);
      expect(server.archives.stored).toMatchObject([{ size, sha256: file.sha256 }]);
      expect(proxy.passed.up).toBeLessThan(size * 1.2);
    }),
  );

  it(
    'goes on after a restart of the server and a time of 503',
    everywhere(async ({ shell, server, proxy }) => {
      const file = randomFile(16 * MiB);
      proxy.bytesPerSecond = 16 * MiB;
      const running = start(shell, ['-u', proxy.url, '-f', file.path]);
      await until(() => proxy.passed.up > 4 * MiB);
      await server.restart(700);
      server.refusal = { status: 503, headers: { 'retry-after': '1' }, times: 2 };
      expect((await running.outcome).code).toBe(0);
      expect(server.refusal.times).toBe(0);
      expect(server.archives.stored).toMatchObject([{ sha256: file.sha256 }]);
      expect(proxy.passed.up).toBeLessThan(22 * MiB);
    }),
  );

  it.each(['the shell alone', 'all of it'])('is killed (%s), and the same command goes on', (what) =>
    everywhere(async ({ shell, server, proxy }) => {
      const file = randomFile(16 * MiB);
      proxy.bytesPerSecond = 8 * MiB;
      const command = ['-u', proxy.url, '-f', file.path];
      const { child, outcome } = start(shell, command);
      await until(() => proxy.passed.up > 5 * MiB);
      const pid = child.pid ?? 0;
      process.kill(what === 'all of it' ? -pid : pid, 'SIGKILL');
      const before = proxy.passed.up;
      const second = await run(shell, command);
      await outcome;
      expect(second.code).toBe(0);
      expect(server.uploads.size).toBe(1);
      expect(server.archives.stored).toMatchObject([{ sha256: file.sha256 }]);
      expect(before).toBeLessThan(14 * MiB);
      expect(proxy.passed.up).toBeLessThan(22 * MiB);
    })(),
  );

  it(
    'finds the receipt when the last answer is lost, and stores nothing twice',
    everywhere(async ({ shell, server, proxy }) => {
      server.dropLastAnswers = 1;
      server.finalisingMs = 1500;
      const file = randomFile(MiB);
      const { code, stdout } = await run(shell, ['-u', proxy.url, '-f', file.path]);
      expect(code).toBe(0);
      expect(stdout).toContain(file.sha256);
      expect(server.archives.stored).toHaveLength(1);
      // The same command once more finds the same archive.
      expect((await run(shell, ['-u', proxy.url, '-f', file.path])).code).toBe(0);
      expect(server.archives.stored).toHaveLength(1);
      expect(server.count('PATCH')).toBe(1);
    }),
  );

  it(
    'notices a line on which nothing moves',
    everywhere(async ({ shell, server, proxy }) => {
      const file = randomFile(8 * MiB);
      proxy.bytesPerSecond = 16 * MiB;
      const running = start(shell, ['-u', proxy.url, '-f', file.path], { env: { UPLOADER_STALL_AFTER: '2' } });
      await until(() => proxy.passed.up > 2 * MiB);
      proxy.stall(true);
      await until(() => server.count('HEAD') + proxy.connections > 4);
      proxy.stall(false);
      expect((await running.outcome).code).toBe(0);
      expect(server.archives.stored).toMatchObject([{ sha256: file.sha256 }]);
    }),
  );

  it(
    'gives up after a while without progress and prints the command that goes on',
    everywhere(async ({ shell, proxy }) => {
      const file = randomFile(1000, "it's.log");
      proxy.refuse(true);
      const args = ['-u', proxy.url, '-f', file.path];
      const { code, stderr } = await run(shell, args, { env: { UPLOADER_GIVE_UP_AFTER: '1' } });
      expect(code).toBe(4);
      expect(stderr).toContain(`-u '${proxy.url}' -f '${file.path.replace("'", "'\\''")}'`);
      expect(stderr).not.toContain(TOKEN);
    }),
  );

  it(
    'sends in pieces through a proxy that takes only so much at once',
    everywhere(async ({ shell, server, proxy }) => {
      server.refusal = {
        status: 413,
        html: true,
        when: (method, _path, headers) => method === 'PATCH' && Number(headers['content-length'] ?? 0) > MiB,
      };
      const file = randomFile(5 * MiB + 12_345);
      const { code } = await run(shell, ['-u', proxy.url, '-f', file.path]);
      expect(code).toBe(0);
      expect(server.archives.stored).toMatchObject([{ sha256: file.sha256 }]);
      expect(server.count('PATCH')).toBeGreaterThan(4);
    }),
  );

  it(
    'begins anew when the upload has expired meanwhile',
    everywhere(async ({ shell, server, proxy }) => {
      const file = randomFile(8 * MiB);
      proxy.bytesPerSecond = 16 * MiB;
      const running = start(shell, ['-u', proxy.url, '-f', file.path]);
      await until(() => proxy.passed.up > 2 * MiB);
      server.uploads.clear();
      proxy.cutNow();
      expect((await running.outcome).code).toBe(0);
      expect(server.archives.stored).toMatchObject([{ sha256: file.sha256 }]);
    }),
  );

  it(
    'stores what a log was when it began, though it grows and is rotated away',
    everywhere(async ({ shell, server, proxy }) => {
      const file = randomFile(8 * MiB);
      proxy.bytesPerSecond = 8 * MiB;
      const running = start(shell, ['-u', proxy.url, '-f', file.path]);
      await until(() => proxy.passed.up > 2 * MiB);
      appendFileSync(file.path, 'one line more\n');
      renameSync(file.path, `${file.path}.1`);
      writeFileSync(file.path, 'a new file under the old name\n');
      proxy.cutNow();
      expect((await running.outcome).code).toBe(0);
      expect(server.archives.stored).toMatchObject([{ size: 8 * MiB, sha256: file.sha256 }]);
    }),
  );

  it(
    'says so when what was stored is something else',
    everywhere(async ({ shell, server, proxy }) => {
      server.lies = true;
      const { code, stdout, stderr } = await run(shell, ['-u', proxy.url, '-f', randomFile(1000).path]);
      expect(code).toBe(5);
      expect(stdout).toBe('');
      expect(stderr).toContain('differs');
    }),
  );

  it(
    'sends standard input over a line that is cut twice',
    everywhere(async ({ shell, server, proxy }) => {
      const { bytes } = randomFile(20 * MiB + 7);
      proxy.cutAfter(3 * MiB);
      proxy.cutAfter(14 * MiB);
      const spool = temporaryDirectory('spool');
      const { code } = await run(shell, ['-u', proxy.url, '-f', '-'], { input: bytes, env: { TMPDIR: spool } });
      expect(code).toBe(0);
      expect(server.archives.stored).toMatchObject([{ size: bytes.length, sha256: sha256(bytes) }]);
      expect(server.archives.stored[0]?.name).toMatch(/^stdin-\d{8}T\d{6}Z$/);
      expect(readdirSync(spool)).toEqual([]);
    }),
  );

  it(
    'sends a live stream while it goes on, and closes it properly at Ctrl-C',
    everywhere(async ({ shell, server, proxy }) => {
      const running = start(shell, ['-u', proxy.url, '-f', '-', '-n', 'live.log'], {
        input: (child) => void child.stdin?.write('first line\n'),
      });
      const arrived = () => [...server.uploads.values()].reduce((sum, upload) => sum + upload.offset, 0);
      await until(() => arrived() === 11);
      running.child.stdin?.write('second line\n');
      await until(() => arrived() === 23);
      running.child.stdin?.write('third');
      process.kill(-(running.child.pid ?? 0), 'SIGINT');
      expect((await running.outcome).code).toBe(0);
      const text = 'first line\nsecond line\nthird';
      expect(server.archives.stored).toMatchObject([{ name: 'live.log', sha256: sha256(text) }]);
    }),
  );

  const bash = present.filter(({ name }) => name === 'bash');
  const itUnderBash = bash.length > 0 ? it : it.skip;
  itUnderBash(
    'closes a live stream at a Ctrl-C that bash itself, busy with other work, did not answer to',
    async () => {
      const [shell] = bash as [Shell];
      const server = await startServer();
      const running = start(shell, ['-u', `http://127.0.0.1:${server.port}`, '-f', '-', '-n', 'live.log'], {
        input: (child) => void child.stdin?.write('one line\n'),
      });
      const { pid = 0 } = running.child;
      await until(() => [...server.uploads.values()].some(({ offset }) => offset === 9));
      // The first of its children is the one that reads the stream; the others come and go.
      const [reader] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
      process.kill(Number(reader), 'SIGINT');
      expect((await running.outcome).code).toBe(0);
      expect(server.archives.stored).toMatchObject([{ name: 'live.log', sha256: sha256('one line\n') }]);
      await server.stop();
    },
  );

  it.each([false, true])('shows the token to no other user of the machine (multipart: %s)', (multipartOnly) =>
    everywhere(async ({ shell, server, proxy }) => {
      server.multipartOnly = multipartOnly;
      proxy.bytesPerSecond = 4 * MiB;
      const file = randomFile(3 * MiB);
      // A token of its own: other tests that run meanwhile give theirs as an option.
      const UPLOAD_TOKEN = `lcu_${randomUUID()}`;
      server.tokens.set(UPLOAD_TOKEN, { ticket: '4711', attempts: 1, resolved: false });
      const running = start(shell, ['-u', proxy.url, '-f', file.path], { env: { UPLOAD_TOKEN } });
      let curls = 0;
      let shown = 0;
      while (running.child.exitCode === null) {
        for (const line of commandLines()) {
          if (line.startsWith('curl ') || line.includes('/curl ')) curls += 1;
          if (line.includes(UPLOAD_TOKEN)) shown += 1;
        }
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect((await running.outcome).code).toBe(0);
      expect(curls).toBeGreaterThan(0);
      expect(shown).toBe(0);
      expect(readdirSync(dirname(file.path))).toEqual(['app.log']);
    })(),
  );
});
