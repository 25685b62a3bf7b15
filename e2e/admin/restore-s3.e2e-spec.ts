import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { hasS3Server } from '../../scripts/s3-server.mjs';
import { S3Line } from '../../scripts/test-support/s3-line.js';
import { S3Server } from '../../scripts/test-support/s3-server.js';
import { besideServer, type CommandResult, runCommand, startCommand } from '../support/admin-command.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { RestoredPlace } from '../support/restored-place.js';
import { ADMIN, TestServer } from '../support/server.js';
import { ApiUser } from '../support/staff.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const files = new Map([
  ['small.log', patternedBytes(70_000, 1)],
  ['parts.log', patternedBytes(18 * MIB, 2)],
]);

(hasS3Server() ? describe : describe.skip)('A restore of archives in files into an S3 store', () => {
  let stage: Stage;
  let parent: string;
  let backup: string;
  let s3: S3Server;
  let line: S3Line;
  let places: RestoredPlace[];
  let prefix = 0;

  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'logs-collector-restore-s3-'));
    backup = join(parent, 'backup');
    [stage, s3] = await Promise.all([Stage.set('sqlite'), S3Server.start()]);
    line = await S3Line.before(s3.port);
    const { token } = await stage.admin.createTicket('MOVED', { attempts: 10 });
    for (const [name, body] of files) {
      const stored = await fetch(`${stage.server.url}/api/v1/archives/${name}`, {
        ...{ method: 'PUT', headers: { 'Upload-Token': token }, body },
      });
      expect(stored.status).toBe(201);
    }
    expect((await besideServer(stage.server, ['backup', backup])).code).toBe(0);
  });

  afterAll(async () => {
    await stage?.strike();
    await line?.close();
    await s3?.dispose();
    rmSync(parent, { recursive: true, force: true });
  });

  beforeEach(() => {
    places = [];
    prefix += 1;
  });

  afterEach(async () => {
    line.decide = () => undefined;
    for (const place of places) await place.remove();
  });

  async function newPlace(kind: 'sqlite' | 'postgres 18'): Promise<RestoredPlace> {
    const place = await RestoredPlace.make(kind);
    places.push(place);
    return place;
  }

  function settings(place: Pick<RestoredPlace, 'environment'>): Record<string, string> {
    return {
      ...place.environment,
      STORAGE_URL: `s3://${s3.bucket}/${prefix}?endpoint=${line.endpoint}`,
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
      SECRET_KEY: readFileSync(join(stage.server.dataDir, 'secret.key'), 'utf8').trim(),
      // Parts as small as the service allows.
      MAX_UPLOAD_BYTES: '1GiB',
    };
  }

  const inPlace = (place: RestoredPlace, args: readonly string[]) =>
    startCommand(args, { environment: settings(place) });

  /** Killed when the n-th part of an archive is on its way. */
  async function killedAtPart(place: RestoredPlace, nth: number): Promise<CommandResult> {
    const { child, result } = inPlace(place, ['restore', backup]);
    let parts = 0;
    line.decide = (step) => {
      if (!/^PUT bytes\?partNumber/.test(step)) return undefined;
      parts += 1;
      if (parts < nth) return undefined;
      child.kill('SIGKILL');
      return { kind: 'hang' };
    };
    const killed = await result;
    line.decide = () => undefined;
    expect([killed.signal, killed.errors]).toEqual(['SIGKILL', '']);
    return killed;
  }

  it('is the way from files to S3, and what was killed inside a large archive is completed by the same command', async () => {
    const place = await newPlace('sqlite');
    await killedAtPart(place, 2);
    const again = await inPlace(place, ['restore', backup]).result;
    expect(again).toMatchObject({ code: 0, errors: '', out: expect.stringContaining('The installation is restored.') });
    expect((await inPlace(place, ['verify']).result).out).toMatch(
      /^2 archives checked, 0 missing.*\naudit trail: \d+ entries sealed, 0 faults/,
    );
    expect(partials()).toEqual([]);
    const server = await TestServer.start(settings(place));
    try {
      // The restored one accepts no code of the second factor twice.
      const credentials = { ...ADMIN, otp: stage.admin.recoveryCodes[0] };
      const { access } = await new ApiUser(server).expect<{ access: string }>(
        ...([200, 'POST', '/api/v1/auth/token', credentials] as const),
      );
      const headers = { Authorization: `Bearer ${access}` };
      for (const [name, bytes] of files) {
        const answer = await fetch(`${server.url}/archives/download/MOVED/${name}`, { headers });
        expect([name, sha256(new Uint8Array(await answer.arrayBuffer()))]).toEqual([name, sha256(bytes)]);
      }
    } finally {
      await server.dispose();
    }
  });

  it('keeps servers, other commands and other restores away from the bucket until it is complete', async () => {
    const [place, other] = [await newPlace('postgres 18'), await newPlace('postgres 18')];
    await killedAtPart(place, 1);
    const elsewhere = { ...settings(place), DATA_DIR: other.dataDir };
    await expect(TestServer.start(elsewhere)).rejects.toThrow(/holds a restore that was interrupted/);
    for (const DB_URL of [place.environment.DB_URL, other.environment.DB_URL]) {
      const run = (command: string[]) => runCommand(command, { environment: { ...elsewhere, DB_URL: DB_URL ?? '' } });
      const restored = await run(['restore', backup]);
      expect([restored.code, restored.errors]).toEqual([1, expect.stringContaining('unfinished restore of another')]);
      expect((await run(['rebuild-index'])).errors).toMatch(/holds a restore that was interrupted/);
    }
    expect((await inPlace(place, ['restore', backup]).result).code).toBe(0);
    const again = await runCommand(['restore', backup], { environment: { ...elsewhere, ...other.environment } });
    expect([again.code, again.errors]).toEqual([1, expect.stringContaining('holds this installation already')]);
  });

  it("refuses a bucket with another installation's record, and leaves it as it is", async () => {
    const record = join(s3.directory, s3.bucket, String(prefix), 'instance.json');
    const place = await newPlace('sqlite');
    const server = await TestServer.start({ ...settings(place), SECRET_KEY: 'pL8sQ2xVn5Rt7Yw3Kd9Hf1Jg6Bm4Cz0Ae' });
    await server.dispose();
    const before = readFileSync(record, 'utf8');
    const another = await newPlace('sqlite');
    const { code, errors } = await inPlace(another, ['restore', backup]).result;
    expect([code, errors]).toEqual([
      1,
      expect.stringContaining('belongs to another installation. Nothing was touched'),
    ]);
    expect(readFileSync(record, 'utf8')).toBe(before);
    expect(existsSync(join(another.dataDir, 'restore-under-way'))).toBe(false);
  });

  it.each(['bucket', 'database'] as const)('of two at once into one %s one is refused', async (shared) => {
    const [one, two] = [await newPlace('postgres 18'), await newPlace('postgres 18')];
    const first = settings(one);
    const second =
      shared === 'bucket'
        ? settings(two)
        : {
            ...first,
            DATA_DIR: two.dataDir,
            STORAGE_URL: first.STORAGE_URL?.replace(`/${prefix}?`, `/${prefix}-b?`) ?? '',
          };
    const done = await Promise.all(
      [first, second].map((environment) => runCommand(['restore', backup], { environment })),
    );
    expect(done.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(done.map(({ errors }) => errors).join('')).toMatch(
      /^(Another restore into the same place is under way|.*holds the unfinished restore of another)[^\n]*\n$/,
    );
    const winner = done[0]?.code === 0 ? first : second;
    const { out } = await runCommand(['verify'], { environment: winner });
    expect(out).toMatch(/^2 archives checked, 0 missing/);
  });

  it("refuses a database that was changed for another installation's meanwhile", async () => {
    const [place, other] = [await newPlace('postgres 18'), await newPlace('postgres 18')];
    await killedAtPart(place, 1);
    const server = await TestServer.start({ ...other.environment, SECRET_KEY: 'pL8sQ2xVn5Rt7Yw3Kd9Hf1Jg6Bm4Cz0Ae' });
    await server.dispose();
    const environment = { ...settings(place), DB_URL: other.environment.DB_URL ?? '' };
    const { code, errors } = await runCommand(['restore', backup], { environment });
    expect([code, errors]).toEqual([1, expect.stringContaining('belongs to another installation')]);
  });

  function partials(): string[] {
    return readdirSync(join(s3.directory, s3.bucket, String(prefix)), { recursive: true, encoding: 'utf8' }).filter(
      (path) => /^partials\/./.test(path),
    );
  }
});
