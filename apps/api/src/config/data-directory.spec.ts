import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { prepareDataDirectory, refuseRootForOthers } from './data-directory.js';
import { loadSettings } from './settings.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logs-collector-data-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const prepare = () => prepareDataDirectory(loadSettings({ DATA_DIR: directory }, () => ''));

/** What a user without root's rights meets; root may read and write everything. */
function asAnotherUser(work: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(4242);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('DATA_DIR', () => {
  it('gets a secret key at the first start, and keeps it', () => {
    const { SECRET_KEY } = prepare();
    expect(SECRET_KEY.length).toBeGreaterThanOrEqual(32);
    expect(prepare().SECRET_KEY).toBe(SECRET_KEY);
  });

  it('of another user gets no files of root, and both what to do and whose it is are said', () => {
    if (process.geteuid?.() === 0) chownSync(directory, 4242, 4242);
    const owner = statSync(directory).uid;
    expect(() => refuseRootForOthers(directory, 0)).toThrow(
      `DATA_DIR belongs to user ${owner}, who could not read what root makes there. Nothing was touched. Run the command as that user, for example with: sudo --preserve-env -u '#${owner}' …`,
    );
    expect(() => refuseRootForOthers(directory, owner)).not.toThrow();
    expect(() => refuseRootForOthers(join(directory, 'not-made-yet'), 0)).not.toThrow();
  });

  it('of the original application is refused, untouched, and the import is named', () => {
    mkdirSync(join(directory, 'archives'));
    writeFileSync(join(directory, 'db.sqlite3'), 'the original');
    expect(prepare).toThrow(/former Logs Collector.*Nothing was touched.*empty DATA_DIR.*import-logs-collector/);
    expect(readdirSync(directory).sort()).toEqual(['archives', 'db.sqlite3']);
  });

  it('whose key cannot be read is refused with the reason', () => {
    prepare();
    chmodSync(directory, 0o777);
    chmodSync(join(directory, 'secret.key'), 0o000);
    asAnotherUser(() => expect(prepare).toThrow(/secret\.key cannot be read \(EACCES\); /));
  });
});
