import {
  appendFileSync,
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { besideServer, runCommand } from '../support/admin-command.js';
import { patternedBytes } from '../support/bytes.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

const SIZE = 100_000;
const PASSPHRASE = 'twelve white horses on a hill';

interface Manifest {
  readonly snapshot: string;
  readonly tables: { readonly name: string; readonly rows: number }[];
  readonly archives: Record<string, unknown>;
}

describe('backup --verify', () => {
  let parent: string;
  let original: string;
  /** A copy of the backup that a test may damage. */
  let backup: string;
  const ids: string[] = [];

  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'logs-collector-backup-verify-'));
    original = join(parent, 'original');
    const stage = await Stage.set('sqlite');
    const { token } = await stage.admin.createTicket('VERIFY');
    for (const name of ['one.bin', 'two.bin', 'three.bin']) {
      const stored = await fetch(`${stage.server.url}/api/v1/archives/${name}`, {
        ...{ method: 'PUT', headers: { 'Upload-Token': token }, body: patternedBytes(SIZE, ids.length + 1) },
      });
      ids.push(((await stored.json()) as { id: string }).id);
    }
    expect((await besideServer(stage.server, ['backup', original, '--with-key'], { stdin: PASSPHRASE })).code).toBe(0);
    await stage.strike();
  });

  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  beforeEach(() => {
    backup = join(parent, 'copy');
    cpSync(original, backup, { recursive: true, preserveTimestamps: true });
  });

  afterEach(() => rmSync(backup, { recursive: true, force: true }));

  it('exits with 0 where all is as it was written, without an installation or a key, and changes nothing', async () => {
    const before = contents();
    const { code, out, errors } = await verify();
    expect(errors).toBe('');
    expect(out).toMatch(
      /^\d+ rows of \d+ tables as of \S+\n3 archives checked, 0 missing or damaged \(0\.3 MB in .* MB\/s\)\nThe backup is as it was written\.\n$/,
    );
    expect([code, contents()]).toEqual([0, before]);
  });

  it('names everything that is missing or damaged, reads the rest all the same, and exits with 1', async () => {
    const file = openSync(blob(ids[0]), 'r+');
    writeSync(file, Buffer.from([patternedBytes(SIZE, 1)[7] === 0 ? 1 : 0]), 0, 1, 7);
    closeSync(file);
    rmSync(blob(ids[1]));
    writeFileSync(blob(ids[2]), 'short');
    appendFileSync(table('ticket'), '{}\n');
    rmSync(table('user'));
    rmSync(key());
    patchTable('platform', 7);
    patchManifest({ archives: { ...manifest().archives, count: 9 } });
    const { code, out, errors } = await verify();
    expect(errors).toBe('');
    expect(out.split('\n').map((line) => line.replace(/:? Error: .*/, ''))).toEqual(
      expect.arrayContaining([
        'The rows of the table ticket are damaged: their SHA-256 is another than when written.',
        'The rows of the table user cannot be read',
        'The table platform has 1 rows, and the manifest says 7.',
        'The secret key, which was put into the backup, is not there.',
        `damaged: ${ids[0]} "one.bin" (${SIZE} bytes)`,
        `missing: ${ids[1]} "two.bin" (${SIZE} bytes)`,
        `damaged: ${ids[2]} "three.bin" (${SIZE} bytes)`,
        'The rows name 3 archives, and the manifest says 9.',
        expect.stringMatching(/^3 archives checked, 3 missing or damaged/),
      ]),
    );
    expect([code, out]).toEqual([1, expect.stringContaining('The backup is not whole')]);
  });

  it('says so where it cannot be known which archives there should be', async () => {
    writeFileSync(table('archive'), '{"id');
    const { code, out } = await verify();
    expect([code, out]).toEqual([1, expect.stringContaining('Which archives there should be cannot be known')]);
  });

  it('names what the installation had lost before the backup was made', async () => {
    rmSync(blob(ids[1]));
    patchManifest({ archives: { ...manifest().archives, count: 2, missing: [ids[1]] } });
    const { code, out } = await verify();
    expect(out).not.toContain('the manifest says');
    expect([code, out]).toEqual([1, expect.stringContaining(`missing: ${ids[1]} "two.bin"`)]);
  });

  it.each([
    ['what is no complete backup', () => rmSync(join(backup, 'manifest.json')), /no complete backup/],
    ['a manifest that is damaged', () => writeFileSync(join(backup, 'manifest.json'), '{"format":1}'), /is damaged/],
    ['a newer schema', () => patchManifest({ migrations: ['FromTheFuture'] }), /newer version/],
  ])('refuses %s in plain words', async (_, damage, reason) => {
    damage();
    const { code, errors } = await verify();
    expect([code, errors]).toEqual([1, expect.stringMatching(reason)]);
    expect(errors).not.toContain('    at ');
  });

  it('does not go with --with-key', async () => {
    const { code, errors } = await runCommand(['backup', backup, '--verify', '--with-key']);
    expect([code, errors]).toEqual([2, expect.stringContaining('--verify makes no backup')]);
  });

  const verify = () => runCommand(['backup', backup, '--verify']);

  function contents(): Record<string, number> {
    const paths = readdirSync(backup, { recursive: true, encoding: 'utf8' });
    return Object.fromEntries(paths.map((path) => [path, statSync(join(backup, path)).mtimeMs]));
  }

  function manifest(): Manifest {
    return JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8')) as Manifest;
  }

  function patchManifest(changes: Record<string, unknown>): void {
    writeFileSync(join(backup, 'manifest.json'), JSON.stringify({ ...manifest(), ...changes }));
  }

  function patchTable(name: string, rows: number): void {
    patchManifest({ tables: manifest().tables.map((file) => (file.name === name ? { ...file, rows } : file)) });
  }

  function table(name: string): string {
    return join(backup, 'snapshots', manifest().snapshot, `${name}.jsonl`);
  }

  function key(): string {
    return join(backup, 'snapshots', manifest().snapshot, 'secret.key.age');
  }

  function blob(id = ''): string {
    return join(backup, 'blobs', id.slice(-4, -2), id.slice(-2), id);
  }
});
