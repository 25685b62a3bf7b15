import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { DataSource } from 'typeorm';
import { queryRows } from '../../test-support/database-rows.js';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../../test-support/test-databases.js';
import { entities } from '../app.entities.js';
import { writerOptions } from './data-sources.js';
import { openInstallation } from './installation.js';

const FIRST = 'the first key of this installation, 32 bytes';
const ROTATED = 'the second key of this installation, 32 bytes';
const THIRD = 'the third key of this installation, 32 bytes';
const KEY = new KeyRing(FIRST);

describe.each(databaseKinds)('The installation on %s', (kind) => {
  let test: TestDatabase;
  let directory: string;

  beforeEach(async () => {
    test = await createTestDatabase(kind);
    directory = mkdtempSync(join(tmpdir(), 'logs-collector-installation-'));
  });
  afterEach(async () => {
    await test.drop();
    rmSync(directory, { recursive: true, force: true });
  });

  const open = (keyRing = KEY, dataDir = directory) =>
    openInstallation({ DATA_DIR: dataDir, DB_URL: test.target }, keyRing, entities);
  const openAndClose = async (keyRing = KEY, dataDir = directory) => (await open(keyRing, dataDir)).close();
  const instanceFile = () => JSON.parse(readFileSync(join(directory, 'instance.json'), 'utf8'));
  /** Changes the database behind the program's back. */
  const query = async (...statements: string[]) => {
    const source = await new DataSource(writerOptions(test.target, [])).initialize();
    for (const statement of statements) await source.query(statement);
    await source.destroy();
  };

  const meta = () => queryRows(test.target, 'SELECT * FROM meta ORDER BY key');

  it('is made once and recognised ever after', async () => {
    await openAndClose();
    const first = instanceFile();
    expect(first).toEqual({ instance_id: expect.stringMatching(/^[0-9a-f-]{36}$/), is_new: false });
    await openAndClose();
    expect(instanceFile()).toEqual(first);
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('goes on where a first start was interrupted, before and after the database knew the id', async () => {
    writeFileSync(join(directory, 'instance.json'), '{"instance_id":"one","is_new":true}');
    await openAndClose();
    expect(instanceFile()).toEqual({ instance_id: 'one', is_new: false });
    writeFileSync(join(directory, 'instance.json'), '{"instance_id":"one","is_new":true}');
    await openAndClose();
    expect(instanceFile()).toEqual({ instance_id: 'one', is_new: false });
  });

  it('refuses an empty volume in place of its own, and writes nothing there', async () => {
    await openAndClose();
    const empty = mkdtempSync(join(tmpdir(), 'logs-collector-swapped-'));
    await expect(openAndClose(KEY, empty)).rejects.toThrow(/DATA_DIR is not the directory of this database/);
    expect(readdirSync(empty)).toEqual([]);
    rmSync(empty, { recursive: true });
  });

  it('refuses an empty database in place of its own, and leaves it empty', async () => {
    writeFileSync(join(directory, 'instance.json'), '{"instance_id":"one","is_new":false}');
    await expect(openAndClose()).rejects.toThrow(/restore the database from a backup/);
    if (test.target.kind === 'sqlite') expect(existsSync(test.target.path)).toBe(false);
    else await query('CREATE TABLE meta (nothing integer)');
  });

  it('refuses the database of another installation', async () => {
    await openAndClose();
    writeFileSync(join(directory, 'instance.json'), '{"instance_id":"another","is_new":false}');
    await expect(openAndClose()).rejects.toThrow(/belong to different installations/);
  });

  it('refuses a wrong SECRET_KEY without naming it, and accepts a rotated one', async () => {
    await openAndClose();
    const wrong = 'quite another key, also of 32 bytes or more';
    const refusal = await openAndClose(new KeyRing(wrong)).catch(String);
    expect(refusal).toContain('SECRET_KEY');
    expect(refusal).not.toContain(wrong);
    await openAndClose(new KeyRing(ROTATED, FIRST));
    await expect(openAndClose(KEY)).rejects.toThrow(/SECRET_KEY .* is not the key/);
    await openAndClose(new KeyRing(FIRST, ROTATED));
    await openAndClose(new KeyRing(ROTATED, FIRST));
  });

  it('refuses to go on without the previous key, or with another, while something may be sealed with it', async () => {
    await openAndClose();
    await openAndClose(new KeyRing(ROTATED, FIRST));
    const before = await meta();
    const tries = [new KeyRing(ROTATED), new KeyRing(ROTATED, ROTATED), new KeyRing(ROTATED, THIRD)];
    for (const keys of [...tries, new KeyRing(THIRD, ROTATED)]) {
      const refusal = await openAndClose(keys).catch(String);
      expect(refusal).toMatch(/SECRET_KEY_PREVIOUS is (?:missing|not the key that is needed).*Nothing was touched/);
      for (const key of [FIRST, ROTATED, THIRD]) expect(refusal).not.toContain(key);
    }
    expect(await meta()).toEqual(before);
    await query("DELETE FROM meta WHERE key = 'key_check_previous'");
    await openAndClose(new KeyRing(ROTATED));
  });

  it('refuses a database of a newer version', async () => {
    await openAndClose();
    await query(`INSERT INTO "migration" ("timestamp", "name") VALUES (9999999999999, 'FromTheFuture9999999999999')`);
    await expect(openAndClose()).rejects.toThrow(/newer version.*FromTheFuture9999999999999/);
  });

  it("refuses the original's database, names the command and touches nothing", async () => {
    await query('CREATE TABLE django_migrations (id integer)');
    await expect(openAndClose()).rejects.toThrow(/import-logs-collector/);
    const source = await new DataSource(writerOptions(test.target, [])).initialize();
    const meta = await source.query(
      test.target.kind === 'sqlite'
        ? "SELECT name FROM sqlite_master WHERE name = 'meta'"
        : "SELECT table_name FROM information_schema.tables WHERE table_name = 'meta'",
    );
    await source.destroy();
    expect(meta).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('lets one server work on an SQLite file, and several on PostgreSQL', async () => {
    const first = await open();
    if (test.target.kind === 'sqlite') await expect(open()).rejects.toThrow(/another running server/);
    else await openAndClose();
    await first.close();
    await openAndClose();
  });

  it('knows an SQLite file by whatever name it is called', async () => {
    if (test.target.kind !== 'sqlite') return;
    const first = await open();
    const link = join(directory, 'link.sqlite3');
    symlinkSync(test.target.path, link);
    const byLink = openInstallation({ DATA_DIR: directory, DB_URL: { kind: 'sqlite', path: link } }, KEY, entities);
    await expect(byLink).rejects.toThrow(/another running server/);
    await first.close();
  });
});
