import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeDirectory } from './make-directory.js';

describe('makeDirectory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'logs-collector-directory-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('makes those above it too, for nobody else to enter, and may be repeated', () => {
    const path = join(directory, 'a/b/c');
    makeDirectory(path);
    makeDirectory(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('goes through links', () => {
    symlinkSync(directory, join(directory, 'link'));
    makeDirectory(join(directory, 'link/a'));
    expect(existsSync(join(directory, 'a'))).toBe(true);
  });

  it.each([
    ['a file in its place', 'file', 'EEXIST'],
    ['a file above it', 'file/a', 'EEXIST'],
    ['a link to what is not there', 'nowhere', 'ENOENT'],
    ['a link above it to what is not there', 'nowhere/a', 'ENOENT'],
  ])('says of %s what the system says', (_, path, code) => {
    writeFileSync(join(directory, 'file'), '');
    symlinkSync(join(directory, 'missing/volume'), join(directory, 'nowhere'));
    expect(() => makeDirectory(join(directory, path))).toThrow(expect.objectContaining({ code }));
  });

  it('comes to an end where the file system makes no directories', () => {
    expect(() => makeDirectory('/proc/self/a/b')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});
