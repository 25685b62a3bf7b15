import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { hasS3Server } from '../../scripts/s3-server.mjs';
import { freePort } from '../../scripts/test-support/free-port.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { Capturer } from '../support/captures.js';
import { ComposeProject } from '../support/compose/compose-project.js';
import type { BuiltImage } from '../support/image/buildah.js';
import { canRunKafka } from '../support/kafka.js';
import { appLine } from '../support/log-lines.js';
import { ADMIN } from '../support/server.js';
import { AUTH_KEY } from '../support/shuttle.js';
import { Admin } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

const MIB = 1024 * 1024;
const SECRET_KEY = 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5';
const S3 = { bucket: 'archives', accessKey: 'compose-access', secretKey: 'compose-secret-of-no-value' };

/** Each compose file, run process by process from the image that was built: nothing here is started in another way. */
export function describeComposeFiles(imageBuilt: () => BuiltImage): void {
  describe('The compose samples, with a network of the project and without an engine', () => {
    let project: ComposeProject | undefined;
    let url: string;

    afterEach(async () => {
      await project?.down();
      project = undefined;
    });

    /** As an operator would: settings in .env, and then `docker compose up`. */
    async function up(path: string, env: Readonly<Record<string, string>> = {}, s3?: typeof S3) {
      const port = String(await freePort());
      url = `http://127.0.0.1:${port}`;
      const given = { WEB_HOST: '127.0.0.1', WEB_PORT: port, PUBLIC_URL: url };
      const administrator = { ADMIN_USERNAME: ADMIN.username, ADMIN_PASSWORD: ADMIN.password };
      project = new ComposeProject(path, imageBuilt(), { ...given, ...administrator, ...env });
      await project.up(s3);
      return project;
    }

    it('docker-compose.yaml: SQLite and one volume', async () => {
      const running = await up('docker-compose.yaml');
      await expectAsTheFileSays(running, 1);
      await mainJob();
      expect(blobsIn(running.directoryOf('data'))).toEqual([]);
    });

    it('docker/compose/bind-mount.yaml: a directory that the operator has made', async () => {
      const running = await up('docker/compose/bind-mount.yaml');
      await expectAsTheFileSays(running, 1);
      await mainJob();
      expect(blobsIn(running.directoryOf('-srv-logs-collector'))).toEqual([]);
      expect(existsSync(running.directoryOf('data'))).toBe(false);
    });

    it('docker/compose/postgres.yaml, with PostgreSQL 18 of the package registry in the place of postgres:18', async () => {
      const running = await up('docker/compose/postgres.yaml', { POSTGRES_PASSWORD: 'a7Kq2Zt9Vm' });
      await expectAsTheFileSays(running, 1);
      await mainJob();
      expect(blobsIn(running.directoryOf('data'))).toEqual([]);
      expect(readdirSync(running.directoryOf('data')).filter((name) => name.includes('sqlite'))).toEqual([]);
    });

    (hasS3Server() ? it : it.skip)(
      "docker/compose/scale-out.yaml, with Debian's nginx for nginx:1.29, PostgreSQL 18 of the package registry, and versitygw as the S3 service",
      async () => {
        const running = await up(
          'docker/compose/scale-out.yaml',
          {
            ...{
              POSTGRES_PASSWORD: 'a7Kq2Zt9Vm',
              SECRET_KEY,
              STORAGE_URL: `s3://${S3.bucket}/logs?endpoint=http://s3:7070`,
            },
            ...{ AWS_ACCESS_KEY_ID: S3.accessKey, AWS_SECRET_ACCESS_KEY: S3.secretKey },
          },
          S3,
        );
        await expectAsTheFileSays(running, 3);
        const admin = await mainJob();
        const { token } = await admin.createTicket('SUP-2');
        const bytes = patternedBytes(6 * MIB);
        const client = new TusClient(admin.server, token);
        const path = await client.begin(bytes.length, 'app.log');
        for (let offset = 0; offset < bytes.length; offset += MIB) {
          if (offset === 3 * MIB) await running.kill(0);
          const sent = await client.patch(path, offset, bytes.subarray(offset, offset + MIB));
          expect([offset, sent.status]).toEqual([offset, 204]);
        }
        const [archive] = await admin.expect<{ sha256: string }[]>(200, 'GET', '/api/v1/archives?ticket=SUP-2');
        expect(archive?.sha256).toBe(sha256(bytes));
        await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-2');
        expect(blobsIn(join(running.directoryOf('s3'), S3.bucket, 'logs'))).toEqual([]);
        expect(readdirSync(running.directoryOf('data'))).toEqual([]);
      },
    );

    (canRunKafka() ? it : it.skip)(
      'docker/compose/shuttle.yaml, with a broker of Apache Kafka from the package registry',
      async () => {
        const shuttlePort = String(await freePort());
        const keys = { SHUTTLE_AUTH_KEY: AUTH_KEY, SECRET_KEY };
        const running = await up('docker/compose/shuttle.yaml', {
          ...{ KAFKA_HOSTS: 'kafka:9092', SHUTTLE_PORT: shuttlePort, ...keys },
        });
        await expectAsTheFileSays(running, 2);
        expect(Object.keys(running.environmentOf(1)).filter((name) => /SECRET|ADMIN/.test(name))).toEqual([]);
        const admin = await mainJob();
        await admin.createTicket('SUP-2');
        const capturer = new Capturer(admin);
        const { id } = await capturer.listening('SUP-2', 'space');
        const sent = await fetch(`http://127.0.0.1:${shuttlePort}/log-events`, {
          ...{ method: 'POST', headers: { Authorization: AUTH_KEY }, body: appLine('shop', 'space', 'a line') },
        });
        expect(sent.status).toBe(201);
        await capturer.until(id, ({ lines }) => lines === 1);
        await capturer.stop(id);
        expect(await capturer.texts(await capturer.whenOver(id))).toEqual(['a line']);
        await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-2');
        expect(blobsIn(running.directoryOf('data'))).toEqual([]);
        expect(readdirSync(running.directoryOf('shuttle')).sort()).toContain('secret.key');
      },
    );

    /** The processes of ours are confined as the file asks for, and have its environment and no other. */
    async function expectAsTheFileSays(running: ComposeProject, count: number): Promise<void> {
      expect([running.ours.user, running.ours.command, running.services.length]).toEqual([undefined, undefined, count]);
      for (const [n, service] of running.services.entries()) {
        expect(service).toMatchObject({
          ...{ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
          volumes: [expect.anything()],
        });
        expect(running.status(n)).toMatchObject({
          ...{ Uid: '1000\t1000\t1000\t1000', CapEff: '0000000000000000', NoNewPrivs: '1' },
        });
        const { NODE_OPTIONS: _, MALLOC_ARENA_MAX: _ofTheShuttle, ...environment } = running.environmentOf(n);
        expect(environment).toEqual({ ...imageBuilt().environment, ...service.environment });
      }
    }

    /** Create, upload by the script, download with a second factor, delete: all through the published port. */
    async function mainJob(): Promise<Admin> {
      const admin = await Admin.enrolled({ url });
      await admin.createPlatform();
      const bytes = patternedBytes(3 * MIB);
      const directory = mkdtempSync(join(tmpdir(), 'logs-collector-sent-'));
      writeFileSync(join(directory, 'app.log'), bytes);
      const { token } = await admin.createTicket('SUP-1');
      const script = await (await fetch(`${url}/uploader.sh`)).text();
      const uploading = promisify(execFile)('sh', ['-s', '--', '-f', join(directory, 'app.log')], {
        env: { PATH: process.env.PATH, UPLOAD_TOKEN: token },
      });
      uploading.child.stdin?.end(script);
      expect((await uploading).stdout).toContain(`SHA-256  ${sha256(bytes)} (verified here)`);
      rmSync(directory, { recursive: true });
      const [archive] = await admin.expect<{ file: string }[]>(200, 'GET', '/api/v1/archives?ticket=SUP-1');
      expect(archive?.file).toContain(`${url}/`);
      const download = await fetch(String(archive?.file), { headers: { Authorization: `Bearer ${admin.access}` } });
      expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(sha256(bytes));
      await admin.expect(204, 'DELETE', '/api/v1/tickets/SUP-1');
      return admin;
    }
  });
}

/** Files with bytes of customers below a store, wherever it keeps them. */
function blobsIn(directory: string): string[] {
  return ['blobs', 'bytes', 'uploads', 'partials', 'quarantine'].flatMap((name) => {
    const path = join(directory, name);
    const entries = existsSync(path) ? readdirSync(path, { recursive: true, withFileTypes: true }) : [];
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  });
}
