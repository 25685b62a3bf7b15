import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ReferenceServer } from './test-support/reference-server.js';
import { temporaryDirectory } from './test-support/temporary-directory.js';
import {
  missing,
  onlyPrograms,
  randomFile,
  run,
  script,
  sha256,
  shells,
  startServer,
  TOKEN,
  which,
} from './test-support/uploader-run.js';

jest.setTimeout(120_000);

/** Names that shells, curl, JSON, headers or multipart could stumble over. */
const ODD_NAMES = [
  'it\'s a "log".txt',
  '-n',
  'semi;colon,comma.log',
  'журнал ошибок — копия.log',
  'back\\slash $(id) `id` $HOME *.log',
  '[1-3]{a,b}.log',
  ' leading and trailing ',
  '😀%2e%2e%2f@<file.log',
];

describe.each(shells())('the command of the uploader, run by $name', (shell) => {
  let server: ReferenceServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.stop());

  it('explains itself', async () => {
    const help = await run(shell, ['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('-f, --file FILE');
    expect(await run(shell, [])).toMatchObject({ code: 1, stdout: '' });
  });

  it.each([
    [2, ['--nonsense']],
    [2, ['-f', 'x', '-x']],
    [1, ['-f']],
    [1, ['-u', 'http://127.0.0.1:1']],
    [1, ['-f', 'x']],
    [1, ['-u', 'ftp://host', '-f', 'x']],
    [1, ['-u', 'http://ho"st', '-f', 'x']],
    [1, ['-u', 'http://127.0.0.1:1', '-f', '/nonexistent/x']],
    [1, ['-u', 'http://127.0.0.1:1', '-f', '/tmp']],
    [1, ['-u', 'http://127.0.0.1:1', '-f', '-', '-f', '-']],
    [1, ['-u', 'http://127.0.0.1:1', '-f', 'a', '-f', 'b', '-n', 'c']],
    [1, ['-u', 'http://127.0.0.1:1', '-f', '/etc/passwd', '-t', 'two words']],
  ])('ends with %i for %j', async (code, args) => {
    expect(await run(shell, args)).toMatchObject({ code, stdout: '' });
  });

  it('says what is missing where there is neither a token nor a terminal to ask at, as under cron', async () => {
    const { code, stdout, stderr } = await run(shell, ['-u', server.url, '-f', randomFile(10).path], {
      env: { UPLOAD_TOKEN: '' },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('No upload token');
  });

  it('needs curl, and says so', async () => {
    const path = onlyPrograms(['sed', 'awk', 'tr', 'cat']);
    const { code, stderr } = await run(shell, ['-u', server.url, '-f', '/etc/passwd'], { path });
    expect({ code, curl: stderr.includes('curl') }).toEqual({ code: 1, curl: true });
  });

  it.each([401, 403, 413, 423, 507, 400, 422])(
    'prints the reason of a refusal with %i and ends with 3',
    async (status) => {
      const detail = 'No: "\\ü\u001b[31m\u202e" 😀 {at all}, [ever]';
      server.refusal = { status, detail, code: 'why' };
      const { code, stdout, stderr } = await run(shell, ['-u', server.url, '-f', randomFile(10).path]);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain('refused: No: "\\ü[31m" 😀 {at all}, [ever] (HTTP');
      expect(server.seen).toHaveLength(1);
    },
  );

  it('prints the reason also when it is refused in the middle', async () => {
    server.refusal = { status: 507, detail: 'Only 3 MiB are free', when: (method) => method === 'PATCH' };
    expect(await run(shell, ['-u', server.url, '-f', randomFile(5_000_000).path])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Only 3 MiB are free'),
    });
    server.refusal = { status: 423, detail: 'The ticket is resolved', when: (method) => method !== 'POST' };
    expect(await run(shell, ['-u', server.url, '-f', randomFile(10).path])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('The ticket is resolved'),
    });
  });

  it('waits as long as it is told to when all attempts are in use, and leaves nothing behind', async () => {
    server.refusal = { status: 423, code: 'attempts_in_use', headers: { 'retry-after': '2' }, times: 1 };
    const cwd = temporaryDirectory('empty');
    const begin = Date.now();
    const { code, stderr } = await run(shell, ['-v', '-u', server.url, '-f', randomFile(10).path], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/trying again in 2\.\d s/);
    expect(Date.now() - begin).toBeGreaterThan(2000);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('understands a refusal that is no JSON', async () => {
    server.refusal = { status: 403, html: true };
    const { code, stderr } = await run(shell, ['-u', server.url, '-f', randomFile(10).path]);
    expect({ code, html: stderr.includes('<') }).toEqual({ code: 3, html: false });
  });

  it('sends several files, tries the others when one fails, and stops when the token is the reason', async () => {
    const [a, b] = [randomFile(1000, 'a'), randomFile(1000, 'b')];
    const { code, stdout } = await run(shell, ['-u', server.url, '-f', a.path, '-f', '/nonexistent', '-f', b.path]);
    expect(code).toBe(1);
    expect(server.archives.stored.map((one) => one.name)).toEqual(['a', 'b']);
    expect(stdout.match(/^Stored\.$/gm)).toHaveLength(2);
    server.refusal = { status: 423 };
    const before = server.seen.length;
    expect((await run(shell, ['-u', server.url, '-f', a.path, '-f', b.path])).code).toBe(3);
    expect(server.seen.length).toBe(before + 1);
  });

  it.each([false, true])('sends odd names (multipart: %s)', async (multipartOnly) => {
    server.multipartOnly = multipartOnly;
    server.tokens.set(TOKEN, { ticket: '1', attempts: 100, resolved: false });
    const directory = temporaryDirectory('odd');
    for (const name of ODD_NAMES) writeFileSync(join(directory, name), `what is in ${name}`);
    const files = ODD_NAMES.flatMap((name) => ['-f', name]);
    const { code } = await run(shell, ['-u', server.url, ...files], { cwd: directory });
    expect(code).toBe(0);
    expect(server.archives.stored.map((one) => one.name)).toEqual(ODD_NAMES);
    expect(server.archives.stored.map((one) => one.sha256)).toEqual(ODD_NAMES.map((n) => sha256(`what is in ${n}`)));
  });

  it('sends a name with line breaks and escape sequences, and prints it without', async () => {
    const name = 'two\nlines\u001b[31m.log';
    const { code, stderr } = await run(shell, ['-u', server.url, '-f', randomFile(10, name).path]);
    expect({ code, stored: server.archives.stored[0]?.name }).toEqual({ code: 0, stored: name });
    expect(stderr).not.toContain('\u001b');
  });

  it('serves a server that knows only the request of the original', async () => {
    server.multipartOnly = true;
    const file = randomFile(3_000_000);
    const { code, stdout } = await run(shell, ['-u', `${server.url}/api/v1/archives/`, '-f', file.path, '-n', 'new']);
    expect(code).toBe(0);
    expect(stdout).toContain(`${file.sha256} (verified here)`);
    const input = 'from a pipe';
    expect((await run(shell, ['-u', server.url, '-f', '-', '-n', 'piped'], { input })).code).toBe(0);
    expect(server.archives.stored).toMatchObject([{ name: 'new' }, { name: 'piped', sha256: sha256(input) }]);
    server.tokens.set(TOKEN, { ticket: '1', attempts: 0, resolved: false });
    expect((await run(shell, ['-u', server.url, '-f', file.path])).code).toBe(3);
  });

  it('finds the server below a path, though Location does not have it, and by every form of the address', async () => {
    server.prefix = '/support/logs';
    const file = randomFile(1000);
    for (const end of ['', '/', '/api/v1/archives/', '/u', '/u#ignored', '/api/v1/uploads']) {
      expect((await run(shell, ['-u', server.url + end, '-f', file.path])).code).toBe(0);
    }
    expect(server.archives.stored).toHaveLength(1);
    expect(server.uploads.size).toBe(1);
  });

  it('takes the token from the address of the upload page or from the option, and trims it', async () => {
    const file = randomFile(1000);
    const env = { UPLOAD_TOKEN: '' };
    expect((await run(shell, ['-u', `${server.url}/u#${TOKEN}`, '-f', file.path], { env })).code).toBe(0);
    expect((await run(shell, ['-u', server.url, '-t', `  ${TOKEN} `, '-f', file.path], { env })).code).toBe(0);
  });

  it('refuses an empty stream and an empty file', async () => {
    expect((await run(shell, ['-u', server.url, '-f', '-'])).code).toBe(3);
    expect((await run(shell, ['-u', server.url, '-f', randomFile(0).path])).code).toBe(3);
    expect(server.seen).toHaveLength(0);
  });

  it('sends a file that has no size beforehand', async () => {
    const { code } = await run(shell, ['-u', server.url, '-f', '/proc/version']);
    expect(code).toBe(0);
    expect(server.archives.stored).toMatchObject([{ name: 'version', sha256: sha256(readFileSync('/proc/version')) }]);
  });

  it('uses the address the server filled in', async () => {
    const directory = temporaryDirectory('filled');
    const text = readFileSync(script, 'utf8');
    const filled = text.replace(/^DEFAULT_URL=''$/m, `DEFAULT_URL='${server.url}'`);
    expect(filled).not.toBe(text);
    writeFileSync(join(directory, 'uploader.sh'), filled);
    const other = { ...shell, command: [...shell.command, join(directory, 'uploader.sh')] };
    // What stands behind the first script is an argument to it; so the arguments are given by a wrapper.
    const wrapper = join(directory, 'run.sh');
    writeFileSync(wrapper, `shift; exec ${other.command.map((one) => `'${one}'`).join(' ')} "$@"\n`);
    const { code } = await run({ ...shell, command: [...shell.command, wrapper] }, ['-f', randomFile(10).path]);
    expect(code).toBe(0);
  });
});

describe('the uploader with few tools', () => {
  const bare = [
    'sh',
    'curl',
    'sed',
    'awk',
    'dd',
    'tail',
    'head',
    'od',
    'tr',
    'cat',
    'ls',
    'rm',
    'date',
    'sleep',
    'uname',
  ];

  it('stores without a digest tool, base64, mktemp and stat, and says that nothing was verified', async () => {
    const server = await startServer();
    const path = onlyPrograms([...bare, 'mkdir']);
    const shell = { name: 'sh', command: ['/bin/sh'], path };
    const file = randomFile(100_000, 'журнал.log');
    const { code, stdout } = await run(shell, ['-u', server.url, '-f', file.path]);
    const piped = await run(shell, ['-u', server.url, '-f', '-'], { input: 'few tools' });
    await server.stop();
    expect([code, piped.code]).toEqual([0, 0]);
    expect(stdout).toContain(`${file.sha256} (not verified here: no sha256sum, shasum or openssl)`);
    expect(server.archives.stored[0]).toMatchObject({ name: 'журнал.log', sha256: file.sha256 });
  });

  it('waits for a digest that takes longer than the upload', async () => {
    const server = await startServer();
    const tools = temporaryDirectory('slow-tools');
    writeFileSync(join(tools, 'sha256sum'), `#!/bin/sh\nsleep 2\nexec ${which('sha256sum')}\n`, { mode: 0o755 });
    const shell = { name: 'sh', command: ['/bin/sh'], path: `${tools}:${process.env.PATH}` };
    const file = randomFile(100_000, 'slow.log');
    const { code, stdout } = await run(shell, ['-u', server.url, '-f', file.path]);
    await server.stop();
    expect([code, stdout]).toEqual([0, expect.stringContaining(`${file.sha256} (verified here)`)]);
  });

  it('verifies with openssl when there is nothing else', async () => {
    if (!which('openssl')) return missing('openssl');
    const server = await startServer();
    const shell = { name: 'sh', command: ['/bin/sh'], path: onlyPrograms([...bare, 'mktemp', 'mkfifo', 'openssl']) };
    const { code, stdout } = await run(shell, ['-u', server.url, '-f', randomFile(100_000).path]);
    await server.stop();
    expect({ code, verified: stdout.includes('(verified here)') }).toEqual({ code: 0, verified: true });
  });

  it('is clean in the eyes of shellcheck', () => {
    const shellcheck = which('shellcheck');
    if (!shellcheck) return missing('shellcheck');
    expect(execFileSync(shellcheck, ['-s', 'sh', script], { encoding: 'utf8' })).toBe('');
  });
});
