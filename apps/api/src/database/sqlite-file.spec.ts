import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import BetterSqlite3 from 'better-sqlite3';
import { checkAfterCrash, warnOfNetworkFileSystem, wasLeftOpen } from './sqlite-file.js';

const NFS = 0x6969;
const EXT4 = 0xef53;

describe('The SQLite file at start', () => {
  let directory: string;
  let path: string;
  let logger: Logger;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'logs-collector-file-'));
    path = join(directory, 'test.sqlite3');
    logger = new Logger('test');
    jest.spyOn(logger, 'log').mockImplementation(() => undefined);
    jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
    const database = new BetterSqlite3(path);
    database.pragma('journal_mode = WAL');
    database.exec('CREATE TABLE line (text varchar); CREATE INDEX by_text ON line (text)');
    const insert = database.prepare('INSERT INTO line VALUES (?)');
    for (let index = 0; index < 2_000; index += 1) insert.run(`${index}-${'x'.repeat(50)}`);
    database.close();
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('tells a clean end from a crash by the write-ahead log', () => {
    expect(wasLeftOpen(path)).toBe(false);
    writeFileSync(`${path}-wal`, '');
    expect(wasLeftOpen(path)).toBe(false);
    writeFileSync(`${path}-wal`, 'frames');
    expect(wasLeftOpen(path)).toBe(true);
  });

  it('passes when it is whole', () => {
    checkAfterCrash(path, logger);
    expect(logger.log).toHaveBeenCalledWith(expect.objectContaining({ msg: expect.stringContaining('is whole') }));
  });

  it('is refused when a page is damaged, in words for an administrator', () => {
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, 5 * 4096);
    closeSync(file);
    expect(() => checkAfterCrash(path, logger)).toThrow(/is damaged.*Restore it from a backup/);
  });

  it('is not checked where the start would wait for it, which is said', () => {
    truncateSync(path, 200 * 1024 * 1024);
    checkAfterCrash(path, logger);
    expect(logger.warn).toHaveBeenCalledWith(expect.objectContaining({ msg: expect.stringContaining('too large') }));
  });

  it('is warned of on a network file system, and nowhere else', () => {
    warnOfNetworkFileSystem(path, logger, () => EXT4);
    warnOfNetworkFileSystem(path, logger);
    expect(logger.warn).not.toHaveBeenCalled();
    warnOfNetworkFileSystem(path, logger, () => NFS);
    expect(logger.warn).toHaveBeenCalledWith(expect.objectContaining({ file_system: 'NFS' }));
  });
});
