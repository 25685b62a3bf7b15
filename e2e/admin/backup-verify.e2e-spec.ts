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

jest.setTimeout(60_000);

const SIZE = 50_000;
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
      /^\d+ rows of \d+ tables as of \S+\n3 archives checked, 0 missing or damaged \(0\.2 MB in .* MB\/s\)\nThe backup is as it was written\.\n$/,
    );
    expect([code, contents()]).toEqual([0, before]);
  });

  it('names each archive that is missing or damaged, reads the others all the same, and exits with 1', async () => {
    const file = openSync(blob(ids[0]), 'r+');
    writeSync(file, Buffer.from([patternedBytes(SIZE, 1)[7] === 0 ? 1 : 0]), 0, 1, 7);
    closeSync(file);
    rmSync(blob(ids[1]));
    const { code, out } = await verify();
    expect(out).toContain(`damaged: ${ids[0]} "one.bin" (${SIZE} bytes)`);
    expect(out).toContain(`missing: ${ids[1]} "two.bin" (${SIZE} bytes)`);
    expect(out).toContain('3 archives checked, 2 missing or damaged');
    expect([code, out]).toEqual([1, expect.stringContaining('The backup is not whole')]);
  });

  it.each([
    ['an archive that was cut', () => writeFileSync(blob(ids[2]), 'short'), /^damaged: .* "three\.bin"/m],
    [
      'rows that were changed',
      () => appendFileSync(table('ticket'), '{}\n'),
      /^The rows of the table ticket are damaged/m,
    ],
    ['rows that are gone', () => rmSync(table('user')), /^The rows of the table user cannot be read/m],
    [
      'archives that cannot be known',
      () => writeFileSync(table('archive'), '{"id'),
      /^Which archives there should be/m,
    ],
    ['another number of rows', () => patchTable('ticket', 7), /^The table ticket has 1 rows, and the manifest says 7/m],
    ['another number of archives', () => patchArchives({ count: 9 }), /^The rows name 3 archives, .* says 9/m],
    ['a key that is gone', () => rmSync(key()), /^The secret key, which was put into the backup, is not there/m],
    ['what was lost before', () => loseBefore(ids[1]), /^missing: .* "two\.bin"/m],
  ])('finds %s', async (_, damage, told) => {
    damage();
    const { code, out, errors } = await verify();
    expect(errors).toBe('');
    expect(out).toMatch(told);
    expect([code, out]).toEqual([1, expect.stringContaining('The backup is not whole')]);
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

  function patchArchives(changes: Record<string, unknown>): void {
    patchManifest({ archives: { ...manifest().archives, ...changes } });
  }

  /** As a backup that was made when the installation had lost the archive already. */
  function loseBefore(id = ''): void {
    rmSync(blob(id));
    patchArchives({ count: 2, missing: [id] });
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
