import { describe, expect, it, jest } from '@jest/globals';
import { TcpProxy } from '../e2e/support/tcp-proxy.js';
import type { ReferenceServer } from './test-support/reference-server.js';
import {
  missing,
  type Outcome,
  powershellScript,
  type RunOptions,
  randomFile,
  run,
  type Shell,
  sha256,
  startServer,
  TOKEN,
  which,
} from './test-support/uploader-run.js';

const MiB = 1024 * 1024;
jest.setTimeout(120_000);

const pwsh = which('pwsh');
if (!pwsh) missing('pwsh');
const describePowerShell = pwsh ? describe : describe.skip;
const shell: Shell = {
  name: 'pwsh',
  command: [pwsh ?? 'pwsh', '-NoProfile', '-NonInteractive', '-File'],
  path: process.env.PATH ?? '',
  script: powershellScript,
};

async function withServer(
  body: (server: ReferenceServer, send: (args: string[], options?: RunOptions) => Promise<Outcome>) => Promise<void>,
): Promise<void> {
  const server = await startServer();
  try {
    await body(server, (args, options) => run(shell, ['-u', server.url, ...args], options));
  } finally {
    await server.stop();
  }
}

describePowerShell('The uploader for Windows, run by PowerShell', () => {
  it('stores a file and shows its receipt', () =>
    withServer(async (server, send) => {
      const file = randomFile(5 * MiB + 1);
      const { code, stdout } = await send(['--file', file.path]);
      expect(code).toBe(0);
      expect(server.archives.stored).toMatchObject([{ name: 'app.log', size: 5 * MiB + 1, sha256: file.sha256 }]);
      expect(stdout).toContain(`SHA-256  ${file.sha256} (verified here)`);
      expect(stdout).toMatch(/Ticket {3}4711\s+Time {5}20.*\s+Archive {2}1\s+You can close this window/);
    }));

  it('survives cuts at random bytes and sends little twice', () =>
    withServer(async (server) => {
      const proxy = await new TcpProxy(server.port).start();
      const size = 48 * MiB;
      const file = randomFile(size);
      for (let i = 0; i < 3; i++) proxy.cutAfter(Math.floor(((i + Math.random()) * size) / 3));
      const { code } = await run(shell, ['-u', proxy.url, '-f', file.path]);
      await proxy.stop();
      expect(code).toBe(0);
      expect(server.archives.stored).toMatchObject([{ size, sha256: file.sha256 }]);
      expect(proxy.passed.up).toBeLessThan(size * 1.8);
    }));

  it('sends standard input, whose length nobody knows', () =>
    withServer(async (server, send) => {
      const { bytes } = randomFile(3 * MiB);
      expect((await send(['-f', '-', '-n', 'dump.sql'], { input: bytes })).code).toBe(0);
      expect(server.archives.stored).toMatchObject([{ name: 'dump.sql', sha256: sha256(bytes) }]);
    }));

  it('says why it is refused, and that with 3', () =>
    withServer(async (server, send) => {
      server.refusal = { status: 423, code: 'ticket_resolved', detail: 'The ticket is resolved' };
      const { code, stderr } = await send(['-f', randomFile(10).path]);
      expect([code, stderr]).toEqual([3, expect.stringContaining('refused: The ticket is resolved (HTTP 423)')]);
    }));

  it('ends with 4 and the command that resumes when nobody answers, and does not print the token', async () => {
    const file = randomFile(10);
    const options = { env: { UPLOADER_GIVE_UP_AFTER: '1' } };
    const { code, stderr } = await run(shell, ['-u', 'http://127.0.0.1:9', '-f', file.path], options);
    expect([code, stderr]).toEqual([4, expect.stringContaining(`-u 'http://127.0.0.1:9' -f '${file.path}'`)]);
    expect(stderr).not.toContain(TOKEN);
  });

  it('ends with 5 when what was stored differs', () =>
    withServer(async (server, send) => {
      server.lies = true;
      expect((await send(['-f', randomFile(10).path])).code).toBe(5);
    }));

  it.each([
    [['--nonsense'], 2],
    [['-f', '/no/such/file'], 1],
    [['-n', 'x'], 1],
    [['-h'], 0],
  ])('ends after %j with %i', (args, expected) =>
    withServer(async (_server, send) => expect((await send(args)).code).toBe(expected)),
  );
});
