import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../apps/api/test-support/test-databases.js';
import { hasS3Server } from '../../scripts/s3-server.mjs';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { FaultPlan } from '../support/fault-plan.js';
import { RawConnection } from '../support/raw-http.js';
import { S3Replicas } from '../support/s3-replicas.js';
import { TestServer } from '../support/server.js';
import { Admin } from '../support/staff.js';
import { TusClient } from '../support/tus-client.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const LIMIT_MS = 20_000;

/** Two servers as one installation, the first of which stands still where a test wants it to. */
class Pair {
  private number = 0;

  constructor(
    readonly first: TestServer,
    readonly second: TestServer,
    readonly plan: FaultPlan,
    private readonly admin: Admin,
  ) {}

  /** An upload with a client at each server. */
  async begin(bytes: Uint8Array<ArrayBuffer>) {
    this.number += 1;
    const ticket = await this.admin.createTicket(`STOP-${this.number}`, { attempts: 1 });
    const [here, there] = [new TusClient(this.first, ticket.token), new TusClient(this.second, ticket.token)];
    return { here, there, path: await here.begin(bytes.length, 'log.bin'), token: ticket.token };
  }

  /** Lets the first server take a whole file in one request until it stands still after `step`. */
  async stopPut(step: string, body: Uint8Array<ArrayBuffer>) {
    this.number += 1;
    const { number, token } = await this.admin.createTicket(`STOP-${this.number}`, { attempts: 1 });
    const headers = { 'Upload-Token': token };
    const put = () => fetch(`${this.first.url}/api/v1/archives/log.bin`, { method: 'PUT', headers, body });
    const [stopped] = await this.stop(step, put, 'after');
    const [upload] = await this.admin.expect<{ id: string }[]>(200, 'GET', `/api/v1/tickets/${number}/uploads`);
    return { stopped, there: new TusClient(this.second, token), path: `/api/v1/uploads/${upload?.id}` };
  }

  /** Lets the first server do `work` until it stands still at `step`; answers what becomes of it. */
  async stop(
    step: string,
    work: () => Promise<Response>,
    when: 'before' | 'after' = 'before',
  ): Promise<Promise<Response>[]> {
    this.plan.set({ step, nth: 1, action: 'stop', when });
    const working = work();
    // In a list: a promise that is returned would be waited for.
    for (const deadline = Date.now() + LIMIT_MS; !this.isStopped(); await delay(5)) {
      if (Date.now() > deadline) throw new Error(`The server did not come to ${step}: ${this.plan.steps()}`);
    }
    this.plan.clear();
    return [working];
  }

  goOn(): void {
    process.kill(this.first.pid, 'SIGCONT');
  }

  async stored(archive: string | null): Promise<string> {
    const answer = await fetch(`${this.second.url}/api/v1/archives/${archive}/download`, {
      headers: { Authorization: `Bearer ${this.admin.access}` },
    });
    return `${answer.status} ${sha256(new Uint8Array(await answer.arrayBuffer()))}`;
  }

  private isStopped(): boolean {
    return / T /.test(readFileSync(`/proc/${this.first.pid}/stat`, 'utf8'));
  }
}

function reprDigest(bytes: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
}

/** Stores bytes that do not count, so that the next writer has something to cut. */
async function leaveLeftovers(client: TusClient, path: string, offset: number, bytes: Uint8Array<ArrayBuffer>) {
  const wrong = `sha256 ${Buffer.alloc(32).toString('base64')}`;
  expect((await client.patch(path, offset, bytes, { 'Upload-Checksum': wrong })).status).toBe(460);
}

/** Seen red without the fence: the first wrote over, or cut, what the second had acknowledged, also in a finished archive. */
describe('A process that stands still in the midst of an append, with files and PostgreSQL', () => {
  const plan = new FaultPlan();
  const bytes = patternedBytes(600_000, 3);
  const others = patternedBytes(600_000, 4);
  let database: TestDatabase;
  let dataDir: string;
  let pair: Pair;

  beforeAll(async () => {
    database = await createTestDatabase('postgres 18');
    dataDir = mkdtempSync(join(tmpdir(), 'logs-collector-overtaken-'));
    const settings = { DB_URL: database.url, DATA_DIR: dataDir, SECRET_KEY: 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5' };
    const [first, second] = [new TestServer({ ...settings, ...plan.environment }), new TestServer(settings)];
    await first.start();
    await second.start();
    const admin = await Admin.enrolled(second);
    await admin.createPlatform();
    pair = new Pair(first, second, plan, admin);
  });
  afterAll(async () => {
    await Promise.all([pair.first.dispose(), pair.second.dispose()]);
    rmSync(dataDir, { recursive: true, force: true });
    plan.dispose();
    await database.drop();
  });

  it.each(['ftruncate uploads', 'write uploads'])(
    'changes nothing of what another acknowledged meanwhile, whatever it still does from %s on',
    async (step) => {
      const { here, there, path } = await pair.begin(bytes);
      expect((await here.patch(path, 0, bytes.subarray(0, 100_000))).status).toBe(204);
      await leaveLeftovers(here, path, 100_000, others.subarray(100_000, 200_000));
      const [stopped] = await pair.stop(step, () => here.patch(path, 100_000, others.subarray(100_000, 450_000)));
      expect((await there.head(path)).headers.get('upload-offset')).toBe('100000');
      expect((await there.patch(path, 100_000, bytes.subarray(100_000, 400_000))).status).toBe(204);
      pair.goOn();
      expect((await stopped)?.status).toBe(409);
      const last = await there.patch(path, 400_000, bytes.subarray(400_000));
      expect([last.status, last.headers.get('repr-digest')]).toEqual([204, reprDigest(bytes)]);
      expect(await pair.stored(last.headers.get('upload-archive'))).toBe(`200 ${sha256(bytes)}`);
    },
  );

  it('changes nothing of the archive that another made meanwhile', async () => {
    const { here, there, path } = await pair.begin(bytes);
    const [stopped] = await pair.stop('write uploads', () => here.patch(path, 0, others));
    const last = await there.patch(path, 0, bytes);
    expect([last.status, last.headers.get('repr-digest')]).toEqual([204, reprDigest(bytes)]);
    pair.goOn();
    expect((await stopped)?.status).toBe(409);
    expect(await pair.stored(last.headers.get('upload-archive'))).toBe(`200 ${sha256(bytes)}`);
  });

  it('answers with the archive that another made of the upload that it was about to finish', async () => {
    const { here, there, path } = await pair.begin(bytes);
    const [stopped] = await pair.stop('fsync uploads/<id>/', () => here.patch(path, 0, bytes));
    const made = await there.head(path);
    expect([made.status, made.headers.get('upload-offset')]).toEqual([200, String(bytes.length)]);
    pair.goOn();
    const answer = await stopped;
    expect([answer?.status, answer?.headers.get('upload-archive')]).toEqual([204, made.headers.get('upload-archive')]);
    expect(await pair.stored(made.headers.get('upload-archive'))).toBe(`200 ${sha256(bytes)}`);
  });

  it('a PUT gets no receipt of what another has made of its upload before it was finished', async () => {
    const { stopped, there, path } = await pair.stopPut('rename uploads/<id>/1', bytes);
    expect((await there.head(path)).headers.get('upload-offset')).toBe('0');
    const last = await there.patch(path, 0, others);
    expect([last.status, last.headers.get('repr-digest')]).toEqual([204, reprDigest(others)]);
    pair.goOn();
    expect((await stopped)?.status).toBe(409);
    expect(await pair.stored(last.headers.get('upload-archive'))).toBe(`200 ${sha256(others)}`);
  });

  it('does not bring an upload back that was ended elsewhere before its first byte', async () => {
    const { here, there, path } = await pair.begin(bytes);
    const [stopped] = await pair.stop('rename uploads/<id>/0', () => here.patch(path, 0, bytes));
    expect((await there.request('DELETE', path, {})).status).toBe(204);
    pair.goOn();
    expect((await stopped)?.status).toBe(404);
    expect(filesOf(path)).toEqual([]);
  });

  it('a writer on a broken line leaves when the upload goes on elsewhere, and no file has to be copied', async () => {
    const { here, path, token } = await pair.begin(bytes);
    pair.plan.set({ step: '^copyFile', nth: 0, action: 'EIO', isLasting: true });
    const line = await beginSlowly(path, token);
    expect((await here.head(path)).headers.get('upload-offset')).toBe('0');
    expect((await here.patch(path, 0, bytes)).headers.get('repr-digest')).toBe(reprDigest(bytes));
    expect((await line.answer())?.status).toBe(409);
    line.socket.destroy();
    pair.plan.clear();
  });

  it('the offset that HEAD tells is not moved any more by a writer elsewhere', async () => {
    const { here, path, token } = await pair.begin(bytes);
    const line = await beginSlowly(path, token);
    expect((await here.head(path)).headers.get('upload-offset')).toBe('0');
    // What has arrived is made durable when the line breaks, and was told as the offset before.
    line.socket.destroy();
    while (filesOf(path).some(isBeingWritten)) await delay(5);
    expect((await here.head(path)).headers.get('upload-offset')).toBe('0');
    expect((await here.patch(path, 0, bytes)).status).toBe(204);
  });

  const filesOf = (path: string) => pair.second.files().filter((file) => file.includes(path.split('/').at(-1) ?? path));
  const isBeingWritten = (file: string) => /[/]1[.][0-9a-f]{16}$/.test(file);

  /** A request at the second server that has sent its first bytes, and then no more. */
  async function beginSlowly(path: string, token: string): Promise<RawConnection> {
    const line = await RawConnection.open(pair.second);
    line.head(`PATCH ${path}`, [
      ['Tus-Resumable', '1.0.0'],
      ['Upload-Token', token],
      ['Upload-Offset', '0'],
      ['Content-Type', 'application/offset+octet-stream'],
      ['Content-Length', String(bytes.length)],
    ]);
    await line.write(bytes.subarray(0, 1_000));
    while (!filesOf(path).some(isBeingWritten)) await delay(5);
    return line;
  }
});

(hasS3Server() ? describe : describe.skip)('A replica that stands still in the midst of an append, on S3', () => {
  const plan = new FaultPlan();
  const bytes = patternedBytes(20 * MIB + 9, 5);
  let replicas: S3Replicas;
  let pair: Pair;

  beforeAll(async () => {
    replicas = await S3Replicas.prepare(2);
    await replicas.server(1).start();
    await replicas.server(0).start(plan.environment);
    const admin = await replicas.admin();
    admin.server = replicas.server(1);
    pair = new Pair(replicas.server(0), replicas.server(1), plan, admin);
  });
  afterAll(async () => {
    await replicas.dispose();
    plan.dispose();
  });

  it.each(['s3 PUT bytes', 's3 PUT partials'])(
    'changes nothing of what another acknowledged meanwhile, whatever it still does from %s on',
    async (step) => {
      const { here, there, path } = await pair.begin(bytes);
      // Parts that do not count: whoever goes on from the beginning knows of them.
      await leaveLeftovers(here, path, 0, bytes.subarray(0, 17 * MIB));
      const [stopped] = await pair.stop(step, () => here.patch(path, 0, bytes.subarray(0, 9 * MIB)));
      expect((await there.head(path)).headers.get('upload-offset')).toBe('0');
      expect((await there.patch(path, 0, bytes.subarray(0, 18 * MIB))).status).toBe(204);
      pair.goOn();
      expect((await stopped)?.status).toBe(409);
      const last = await there.patch(path, 18 * MIB, bytes.subarray(18 * MIB));
      expect([last.status, last.headers.get('repr-digest')]).toEqual([204, reprDigest(bytes)]);
      expect(await pair.stored(last.headers.get('upload-archive'))).toBe(`200 ${sha256(bytes)}`);
    },
  );
});
