import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { S3Bucket } from '../../libs/blob-store/src/s3/s3-bucket.js';
import { S3Server } from '../../scripts/test-support/s3-server.js';
import type { Ledger } from './ledger.js';
import { TestServer } from './server.js';
import { Admin } from './staff.js';

const PREFIX = 'e2e';
const SECRET_KEY = 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5';

/** Servers with a DATA_DIR each, as on hosts of their own, on one PostgreSQL and one bucket. */
export class S3Replicas {
  private constructor(
    readonly s3: S3Server,
    readonly database: TestDatabase,
    readonly servers: readonly TestServer[],
  ) {}

  /** Not started yet. `endpoint` is where the servers find the service, if something stands in between. */
  static async prepare(
    count: number,
    environment: Readonly<Record<string, string>> = {},
    endpointOf: (s3: S3Server) => Promise<string> = async (s3) => s3.endpoint,
  ): Promise<S3Replicas> {
    const [s3, database] = await Promise.all([S3Server.start(), createTestDatabase('postgres 18')]);
    const settings = {
      DB_URL: database.url,
      STORAGE_URL: `s3://${s3.bucket}/${PREFIX}?endpoint=${await endpointOf(s3)}`,
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
      SECRET_KEY,
      ...environment,
    };
    return new S3Replicas(
      s3,
      database,
      Array.from({ length: count }, () => new TestServer(settings)),
    );
  }

  async start(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.start()));
  }

  server(index: number): TestServer {
    const server = this.servers[index];
    if (!server) throw new Error(`There is no server ${index}.`);
    return server;
  }

  /** An administrator with a platform, who speaks to the first server. */
  async admin(): Promise<Admin> {
    const admin = await Admin.enrolled(this.server(0));
    await admin.createPlatform();
    return admin;
  }

  /** Objects below a folder of the bucket, as paths relative to it. */
  objects(folder: string): string[] {
    const directory = join(this.s3.directory, this.s3.bucket, PREFIX, folder);
    if (!existsSync(directory)) return [];
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(directory, join(parentPath, name)));
  }

  /** Ends every multipart upload, as a life-cycle rule of the bucket or another administrator may. */
  async abortMultiparts(): Promise<void> {
    const { bucket: name, endpoint, credentials } = this.s3;
    const bucket = new S3Bucket({ bucket: name, endpoint, credentials, prefix: `${PREFIX}/` });
    for await (const { name: object, uploadId } of bucket.listMultiparts(''))
      await bucket.abortMultipart(object, uploadId);
    bucket.close();
  }

  /** What the bucket says of an archive, by its key. */
  sidecar(key: string): Record<string, unknown> {
    const [name = ''] = this.objects(join('blobs', key));
    return JSON.parse(
      readFileSync(join(this.s3.directory, this.s3.bucket, PREFIX, 'blobs', key, name), 'utf8'),
    ) as Record<string, unknown>;
  }

  /** Holds what was acknowledged against archives, downloads and the bucket; answers what is not so. */
  async losses(admin: Admin, ledger: Ledger): Promise<string[]> {
    const lost = await ledger.losses(admin);
    const homes = new Set(this.objects('bytes').map((path) => path.split('/')[0]));
    if (homes.size !== ledger.entries.length) lost.push(`${homes.size} archives' bytes are in the bucket`);
    return lost;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.dispose()));
    await this.database.drop();
    await this.s3.dispose();
  }
}
