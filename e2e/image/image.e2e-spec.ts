import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { missingCapabilities } from '../../scripts/capabilities.mjs';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { BuiltImage } from '../support/image/buildah.js';
import { ImageServer } from '../support/image/image-server.js';
import { ADMIN } from '../support/server.js';
import { Admin, ApiUser } from '../support/staff.js';
import { describeComposeFiles } from './compose-stories.js';

// The build installs all packages; a machine that does other things besides takes its time.
jest.setTimeout(900_000);

const MAX_IMAGE_BYTES = 150_000_000;
const NEEDED = ['buildah', 'strip', 'tmpfs', 'netns', 'nginx', 'curl'];
const run = promisify(execFile);

const missing = missingCapabilities().filter(({ name }) => NEEDED.includes(name));
const describeImage = missing.length === 0 ? describe : describe.skip;

describe('What the image needs', () => {
  const required = process.env.CI === 'true' ? it : it.skip;
  required('is there under CI, or the image cannot be tested', () => expect(missing).toEqual([]));
});

describeImage('The image', () => {
  let image: BuiltImage;
  let files: string[];

  beforeAll(async () => {
    image = await BuiltImage.build({ VERSION: '1.2.3' });
    files = readdirSync(image.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(image.root.length));
  });

  afterAll(() => image?.dispose());

  it('is under 150 MB unpacked', () => {
    console.log(image.log.match(/^ +[\d.]+ MB .*$/gm)?.join('\n'));
    const size = files.reduce((sum, path) => sum + statSync(join(image.root, path)).size, 0);
    expect(size).toBeGreaterThan(100_000_000);
    expect(size).toBeLessThan(MAX_IMAGE_BYTES);
  });

  it('holds Node and our files, and no shell, package manager or library of another machine', () => {
    const programs = files.filter((path) => (statSync(join(image.root, path)).mode & 0o111) !== 0);
    expect(programs.filter((path) => !/\.so\.\d+$/.test(path))).toEqual(['/usr/local/bin/node']);
    expect(files.filter((path) => path.startsWith('/app/scripts/')).sort()).toEqual([
      '/app/scripts/uploader.ps1',
      '/app/scripts/uploader.sh',
    ]);
    expect(files.filter((path) => path.endsWith('.node'))).toHaveLength(1);
    expect(files.filter((path) => /\.map$|\.spec\.|\.tsbuildinfo$/.test(path))).toEqual([]);
  });

  it('says how it wants to be run', () => {
    expect(image.config).toMatchObject({
      User: '1000:1000',
      Entrypoint: ['node', 'entry.mjs'],
      Cmd: ['api'],
      Volumes: { '/data': {} },
      ExposedPorts: { '8000/tcp': {}, '5000/tcp': {}, '9001/tcp': {} },
      StopSignal: 'SIGTERM',
    });
    expect(image.config.Env).toEqual(
      expect.arrayContaining(['DATA_DIR=/data', 'UV_THREADPOOL_SIZE=16', 'MALLOC_MMAP_THRESHOLD_=1048576']),
    );
    expect(image.config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'Logs Collector',
      'org.opencontainers.image.version': '1.2.3',
      'org.opencontainers.image.licenses': 'GPL-3.0-only',
    });
    const { uid, gid } = statSync(join(image.root, 'data'));
    expect([uid, gid]).toEqual([1000, 1000]);
  });

  describe('as its own user, without capabilities, on a read-only root', () => {
    let server: ImageServer;
    let admin: Admin;

    beforeAll(async () => {
      server = new ImageServer(image);
      await server.start();
      admin = await Admin.enrolled(server);
      await admin.createPlatform();
    });

    afterAll(() => server?.dispose());

    it('is process 1, user 1000, and can gain nothing', () => {
      const status = server.status();
      console.log(`ready after ${/"started_in_ms":(\d+)/.exec(server.output)?.[1]} ms, resident ${status.VmRSS}`);
      expect(status).toMatchObject({
        Uid: '1000\t1000\t1000\t1000',
        Gid: '1000\t1000\t1000\t1000',
        Groups: '',
        CapEff: '0000000000000000',
        CapPrm: '0000000000000000',
        NoNewPrivs: '1',
        NSpid: expect.stringMatching(/\t1$/),
      });
    });

    it('answers its health check', async () => {
      expect(await server.checkHealth()).toBe(`${server.url}/health/live answers 200\n`);
    });

    it('serves the pages, the API documentation and the upload scripts', async () => {
      for (const [path, type] of [
        ['/', 'text/html'],
        ['/u', 'text/html'],
        ['/api/docs', 'text/html'],
        ['/api/docs/assets/swagger-ui-bundle.js', 'text/javascript'],
        ['/uploader.sh', 'text/x-shellscript'],
        ['/uploader.ps1', 'text/plain'],
      ] as const) {
        const answer = await fetch(`${server.url}${path}`);
        expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
          path,
          200,
          expect.stringContaining(type),
        ]);
      }
    });

    it('takes a file from the uploader script, gives the same bytes to staff with a second factor, and forgets it', async () => {
      const bytes = patternedBytes(20 * 1024 * 1024);
      const directory = mkdtempSync(join(tmpdir(), 'logs-collector-sent-'));
      const file = join(directory, 'app.log');
      writeFileSync(file, bytes);
      const { token } = await admin.createTicket('SUP-1');
      const script = await (await fetch(`${server.url}/uploader.sh`)).text();
      const uploading = run('sh', ['-s', '--', '-f', file], { env: { PATH: process.env.PATH, UPLOAD_TOKEN: token } });
      uploading.child.stdin?.end(script);
      const { stdout } = await uploading;
      rmSync(directory, { recursive: true });
      expect(stdout).toContain(`SHA-256  ${sha256(bytes)} (verified here)`);
      const [archive] = await admin.expect<{ file: string }[]>(200, 'GET', '/api/v1/archives?ticket=SUP-1');
      const passwordOnly = await new ApiUser(server).request('POST', '/api/v1/auth/token', ADMIN);
      expect([passwordOnly.status, passwordOnly.body]).toEqual([
        401,
        expect.objectContaining({ code: 'two_factor_required' }),
      ]);
      const download = await fetch(String(archive?.file), { headers: { Authorization: `Bearer ${admin.access}` } });
      expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(sha256(bytes));
      await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-1');
      expect(server.files()).toEqual([]);
    });

    it('ends gracefully on SIGTERM', async () => {
      expect(await server.stop()).toEqual({ code: 0, signal: null });
      expect(server.output).toContain('"msg":"shutting down"');
    });
  });

  it('runs as any user whose volume it is', async () => {
    const server = new ImageServer(image, { owner: { uid: 4242, gid: 0 } });
    await server.start();
    try {
      expect(server.status()).toMatchObject({ Uid: '4242\t4242\t4242\t4242' });
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
      expect(statSync(join(server.dataDir, 'secret.key'))).toMatchObject({ uid: 4242, mode: 0o100600 });
    } finally {
      await server.dispose();
    }
  });

  it('names the user a volume has to belong to when it belongs to another', async () => {
    const server = new ImageServer(image, { owner: { uid: 4242, gid: 4242 } });
    const owned = new ImageServer(image, { environment: { DATA_DIR: server.dataDir } });
    await expect(owned.start()).rejects.toThrow(
      /DATA_DIR cannot be written \(EACCES\); it belongs to user 4242 and must belong to user 1000/,
    );
    await server.dispose();
  });

  it.each(['/data', '/app/data'])(
    'refuses a volume of the original at %s, untouched, and names the import',
    async (place) => {
      const volume = mkdtempSync(join(tmpdir(), 'logs-collector-original-'));
      chmodSync(volume, 0o755);
      mkdirSync(join(volume, 'archives'));
      writeFileSync(join(volume, 'db.sqlite3'), 'the original');
      const server = new ImageServer(image, { mounts: { [place]: volume } });
      try {
        await expect(server.start()).rejects.toThrow(
          /former Logs Collector.*Nothing was touched.*import-logs-collector/s,
        );
        expect(readdirSync(volume).sort()).toEqual(['archives', 'db.sqlite3']);
        expect(readFileSync(join(volume, 'db.sqlite3'), 'utf8')).toBe('the original');
        expect(readdirSync(server.dataDir)).toEqual([]);
      } finally {
        await server.dispose();
        rmSync(volume, { recursive: true });
      }
    },
  );

  it('as the shuttle it is asked for its own health, at its own port, and has the memory of a shuttle', async () => {
    const settings = { KAFKA_HOSTS: '127.0.0.1:1', AUTH_KEY: 'a key that only the tests have' };
    const server = new ImageServer(image, { command: ['shuttle'], environment: settings });
    await server.start();
    try {
      expect(readFileSync(`/proc/${server.pid}/environ`, 'latin1')).toContain('MALLOC_ARENA_MAX=2\0');
      // Nobody is where it looks for Kafka, and so it is not well.
      const { stdout } = (await server.checkHealth().catch((error: { stdout: string }) => error)) as { stdout: string };
      expect(stdout).toBe(`${server.url}/octhc answers 503\n`);
    } finally {
      await server.dispose();
    }
  });

  describeComposeFiles(() => image);

  it('says which commands there are when it is given another', async () => {
    const server = new ImageServer(image, { command: ['nonsense'] });
    await expect(server.start()).rejects.toThrow(/nonsense/i);
    await server.dispose();
  });
});
