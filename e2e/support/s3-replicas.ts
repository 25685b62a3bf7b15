import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { S3Server } from '../../scripts/test-support/s3-server.js';
import { TestServer } from './server.js';
import { Admin } from './staff.js';

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
      STORAGE_URL: `s3://${s3.bucket}/e2e?endpoint=${await endpointOf(s3)}`,
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

  async dispose(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.dispose()));
    await this.database.drop();
    await this.s3.dispose();
  }
}
