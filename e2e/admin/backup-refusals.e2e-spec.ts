import {
  appendFileSync,
  closeSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { columnsOf, takeBackMigrations } from '../../apps/api/test-support/schema-versions.js';
import { besideServer } from '../support/admin-command.js';
import { patternedBytes, sha256 } from '../support/bytes.js';
import { RestoredPlace } from '../support/restored-place.js';
import { TestServer } from '../support/server.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

const PASSPHRASE = 'twelve white horses on a hill';
const SIZE = 50_000;

describe('Backups that cannot be made or used', () => {
  let stage: Stage;
  let parent: string;
  let original: string;
  /** A copy of the backup that a test may damage. */
  let backup: string;
  let place: RestoredPlace;
  let secretKey: string;
  const ids: string[] = [];

  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'logs-collector-refusals-'));
    original = join(parent, 'original');
    stage = await Stage.set('sqlite');
    secretKey = readFileSync(join(stage.server.dataDir, 'secret.key'), 'utf8').trim();
    const { token } = await stage.admin.createTicket('REFUSE', { attempts: 10 });
    for (const name of ['one.bin', 'two.bin']) {
      const stored = await fetch(`${stage.server.url}/api/v1/archives/${name}`, {
        ...{ method: 'PUT', headers: { 'Upload-Token': token }, body: patternedBytes(SIZE, ids.length + 1) },
      });
      ids.push(((await stored.json()) as { id: string }).id);
    }
    expect((await besideServer(stage.server, ['backup', original, '--with-key'], { stdin: PASSPHRASE })).code).toBe(0);
  });

  afterAll(async () => {
    await stage.strike();
    rmSync(parent, { recursive: true, force: true });
  });

  beforeEach(async () => {
    backup = join(parent, 'copy');
    cpSync(original, backup, { recursive: true });
    place = await RestoredPlace.make('sqlite');
  });

  afterEach(async () => {
    rmSync(backup, { recursive: true, force: true });
    await place.remove();
  });

  /** With the right key, unless something else is tried. */
  const restore = (environment: Record<string, string> = { SECRET_KEY: secretKey }) =>
    place.run(['restore', backup], { environment });

  async function expectRefusal(reason: RegExp, environment?: Record<string, string>): Promise<void> {
    const before = readdirSync(place.dataDir);
    const { code, errors } = await restore(environment);
    expect(errors).toMatch(reason);
    expect(errors).not.toContain('    at ');
    expect([code, readdirSync(place.dataDir)]).toEqual([1, before]);
  }

  it('a directory with something else in it is no place for a backup', async () => {
    const { code, errors } = await besideServer(stage.server, ['backup', stage.server.dataDir]);
    expect([code, errors]).toEqual([1, expect.stringMatching(/neither empty nor a backup.*Nothing was touched/)]);
  });

  it("another installation's backup is not overwritten", async () => {
    const other = await TestServer.start();
    try {
      const { code, errors } = await besideServer(other, ['backup', backup]);
      expect([code, errors]).toEqual([1, expect.stringContaining('the backup of another installation')]);
    } finally {
      await other.dispose();
    }
  });

  it('a passphrase that is too short is refused', async () => {
    const { code, errors } = await besideServer(stage.server, ['backup', backup, '--with-key'], { stdin: 'short' });
    expect([code, errors]).toEqual([1, 'The passphrase must have at least 12 characters.\n']);
  });

  it('a place with something in it is refused by name, and left as it is', async () => {
    writeFileSync(join(place.dataDir, 'precious.txt'), 'mine');
    await expectRefusal(/DATA_DIR is not empty: there is precious\.txt\. Nothing was touched/);
  });

  it('a database with something in it is refused by name', async () => {
    const { target, environment } = await stageOnPostgres();
    const { code, errors } = await restore({ SECRET_KEY: secretKey, ...environment });
    expect([code, errors]).toEqual([1, expect.stringMatching(/DB_URL names is not empty: there is api_key, archive/)]);
    expect(readdirSync(place.dataDir)).toEqual([]);
    await target();
  });

  it('a store with something in it is refused', async () => {
    const elsewhere = join(parent, 'store');
    const environment = { SECRET_KEY: secretKey, STORAGE_URL: `file://${elsewhere}` };
    cpSync(join(backup, 'blobs'), join(elsewhere, 'blobs'), { recursive: true });
    const { code, errors } = await restore(environment);
    expect([code, errors]).toEqual([1, expect.stringContaining('STORAGE_URL names is not empty')]);
    expect(readdirSync(place.dataDir)).toEqual([]);
  });

  it('a wrong passphrase is refused', async () => {
    const { code, errors } = await place.run(['restore', backup], { stdin: 'eleven black horses in a vale' });
    expect([code, errors]).toEqual([1, 'The passphrase does not open the secret key of this backup.\n']);
    expect(readdirSync(place.dataDir)).toEqual([]);
  });

  it('a wrong SECRET_KEY is refused before anything is made', async () => {
    writeFileSync(join(place.dataDir, 'secret.key'), 'q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6\n');
    await expectRefusal(/is not the key that this database was made with/, {});
  });

  it('a backup without its key says what to do, and takes secret.key from DATA_DIR', async () => {
    patchManifest({ has_key: false });
    await expectRefusal(/made without its secret key\. Put secret\.key/, {});
    copyFileSync(join(stage.server.dataDir, 'secret.key'), join(place.dataDir, 'secret.key'));
    expect((await restore({})).code).toBe(0);
  });

  it.each([
    ['a directory that is no backup', () => rmSync(join(backup, 'manifest.json')), /no complete backup/],
    ['a manifest cut in the middle', () => writeFileSync(join(backup, 'manifest.json'), '{"form'), /is damaged/],
    ['a manifest that leads elsewhere', () => patchManifest({ snapshot: '../../elsewhere' }), /is damaged/],
    ['a manifest that is none', () => writeFileSync(join(backup, 'manifest.json'), 'null'), /is damaged/],
    ['a newer format', () => writeFileSync(join(backup, 'manifest.json'), '{"format":2}'), /newer version/],
    ['rows that were changed', () => appendFileSync(table('ticket'), '{}\n'), /table ticket are damaged/],
    ['rows that are gone', () => rmSync(table('user')), /table user cannot be read/],
  ])('%s is refused before anything is made', async (_, damage, reason) => {
    damage();
    await expectRefusal(reason);
  });

  it('a backup of a newer schema is refused by name', async () => {
    const { migrations } = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8'));
    patchManifest({ migrations: [...migrations, 'FromTheFuture'] });
    await expectRefusal(/newer version \(unknown: FromTheFuture\)/);
  });

  it('an older schema is loaded as it was and brought up to date', async () => {
    const { migrations, tables } = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8')) as {
      migrations: string[];
      tables: { name: string; sha256: string }[];
    };
    const scratch = await RestoredPlace.make('sqlite');
    expect((await scratch.run(['restore', backup], { environment: { SECRET_KEY: secretKey } })).code).toBe(0);
    await takeBackMigrations(scratch.target, 1);
    const columns = await columnsOf(scratch.target, [...tables.map(({ name }) => name)]);
    await scratch.remove();
    const older = tables.flatMap((file) => {
      const kept = columns.get(file.name);
      return kept ? [{ ...file, sha256: keepColumns(table(file.name), kept) }] : [];
    });
    patchManifest({ migrations: migrations.slice(0, -1), tables: older });
    expect((await restore()).code).toBe(0);
    const server = await TestServer.start({ ...place.environment, SECRET_KEY: secretKey });
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    await server.dispose();
  });

  it('an archive that is damaged in the backup is named, marked as missing, and all else is restored', async () => {
    const [one = '', two = ''] = ids;
    const blob = join(backup, 'blobs', one.slice(-4, -2), one.slice(-2), one);
    const file = openSync(blob, 'r+');
    writeSync(file, Buffer.from([patternedBytes(SIZE, 1)[7] === 0 ? 1 : 0]), 0, 1, 7);
    closeSync(file);
    const { code, out } = await restore();
    expect(code).toBe(1);
    expect(out).toContain(`damaged in the backup, not restored: ${one} "one.bin" (${SIZE} bytes), the file ${blob}\n`);
    expect(out).not.toContain('not in the backup');
    expect(out).toContain('restored but for 1 archives');
    const verified = await place.run(['verify'], { environment: { SECRET_KEY: secretKey } });
    expect(verified.out).toContain(`missing: ${one}`);
    expect(verified.out).not.toContain(two);
  });

  it('an archive that the installation has lost is named, and the backup holds everything else', async () => {
    const [one = ''] = ids;
    const blob = join(stage.server.dataDir, 'blobs', one.slice(-4, -2), one.slice(-2), one);
    const bytes = readFileSync(blob);
    rmSync(blob);
    mkdirSync(join(parent, 'second'));
    const { code, out } = await besideServer(stage.server, ['backup', join(parent, 'second')]);
    writeFileSync(blob, bytes);
    expect(code).toBe(1);
    expect(out).toContain(`missing: ${one} "one.bin" (${SIZE} bytes)`);
    expect(out).toContain('1 archives');
  });

  /** As a backup of a schema with these columns alone; answers the SHA-256. */
  function keepColumns(path: string, columns: ReadonlySet<string>): string {
    const rows = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    const kept = rows.map((row) => {
      const entries = Object.entries(JSON.parse(row) as Record<string, unknown>);
      return `${JSON.stringify(Object.fromEntries(entries.filter(([name]) => columns.has(name))))}\n`;
    });
    writeFileSync(path, kept.join(''));
    return sha256(Buffer.from(kept.join('')));
  }

  function patchManifest(changes: Record<string, unknown>): void {
    const path = join(backup, 'manifest.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }));
  }

  function table(name: string): string {
    const { snapshot } = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8')) as { snapshot: string };
    return join(backup, 'snapshots', snapshot, `${name}.jsonl`);
  }

  async function stageOnPostgres() {
    const other = await Stage.set('postgres 18');
    return { target: () => other.strike(), environment: { DB_URL: other.server.environment.DB_URL ?? '' } };
  }
});
