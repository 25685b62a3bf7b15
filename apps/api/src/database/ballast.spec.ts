import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Ballast, type Volume } from './ballast.js';

const MIB = 1024 * 1024;
const SIZE = 2 * MIB;

describe('The ballast', () => {
  let directory: string;
  let path: string;
  let volume: Volume;
  let ballast: Ballast;

  beforeEach(() => {
    Logger.overrideLogger(false);
    directory = mkdtempSync(join(tmpdir(), 'logs-collector-ballast-'));
    path = join(directory, 'ballast');
    volume = { totalBytes: 10 * SIZE, freeBytes: 2 * SIZE };
    ballast = new Ballast(directory, async () => volume, SIZE);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(directory, { recursive: true, force: true });
  });

  it('takes real room, and is made once', async () => {
    await ballast.restore();
    const { size, blocks, mode, ino } = statSync(path);
    expect([size, blocks * 512 >= SIZE, mode & 0o777]).toEqual([SIZE, true, 0o600]);
    await ballast.restore();
    expect(statSync(path).ino).toBe(ino);
    expect(readdirSync(directory)).toEqual(['ballast']);
  });

  it('is given up once, and made again', async () => {
    await ballast.restore();
    expect([ballast.release(), ballast.release(), existsSync(path)]).toEqual([true, false, false]);
    await ballast.restore();
    expect(statSync(path).size).toBe(SIZE);
  });

  it.each([
    ['the volume is too small', { totalBytes: 10 * SIZE - 1, freeBytes: 5 * SIZE }],
    ['too little is free', { totalBytes: 100 * SIZE, freeBytes: 2 * SIZE - 1 }],
  ])('is left out where %s, which is said once', async (reason, given) => {
    const log = jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    volume = given;
    for (let round = 0; round < 3; round += 1) await ballast.restore();
    expect(readdirSync(directory)).toEqual([]);
    expect(log).toHaveBeenCalledTimes(1);
    expect(log).toHaveBeenCalledWith(
      expect.objectContaining({ msg: expect.stringContaining(reason.replace(' is free', '')) }),
    );
  });

  it('that is short, as after a crash while it was written, is made anew', async () => {
    writeFileSync(path, 'short');
    writeFileSync(`${path}.tmp`, 'left behind');
    await ballast.restore();
    expect(statSync(path).size).toBe(SIZE);
    expect(readdirSync(directory)).toEqual(['ballast']);
  });

  it('that cannot be written keeps nobody from working', async () => {
    const log = jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    rmSync(directory, { recursive: true });
    await ballast.restore();
    expect(log).toHaveBeenCalledWith(expect.objectContaining({ msg: expect.stringContaining('ENOENT') }));
  });
});
