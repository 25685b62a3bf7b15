import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existingDataDirectory, prepareDataDirectory, refuseRootForOthers } from './data-directory.js';
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

  it('in which a command may not look is not taken for an empty one', () => {
    prepare();
    chmodSync(directory, 0);
    asAnotherUser(() => {
      expect(() => existingDataDirectory(loadSettings({ DATA_DIR: directory }, () => ''))).toThrow(
        /DATA_DIR cannot be entered \(EACCES\); .*\. Run the command as the user of the server/,
      );
    });
    chmodSync(directory, 0o700);
  });

  it('that is a file, or a link to what is not mounted, is told apart from one of another user', () => {
    const place = join(directory, 'place');
    const start = () => prepareDataDirectory(loadSettings({ DATA_DIR: place }, () => ''));
    writeFileSync(place, '');
    expect(start).toThrow(
      'DATA_DIR cannot be made or entered (EEXIST); something other than a directory is in its place',
    );
    rmSync(place);
    symlinkSync(join(directory, 'volume/data'), place);
    expect(start).toThrow('DATA_DIR cannot be made or entered (ENOENT); a link leads to what is not there');
  });

  it('where the system makes no directories is refused, and not tried for ever', () => {
    expect(() => prepareDataDirectory(loadSettings({ DATA_DIR: '/proc/self/a/b' }, () => ''))).toThrow(
      /DATA_DIR cannot be made or entered \(ENOENT\); .*the system makes no directories in this place/,
    );
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
