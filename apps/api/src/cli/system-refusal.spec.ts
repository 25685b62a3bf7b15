import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { systemRefusal } from './system-refusal.js';

describe('What the file system refuses a command', () => {
  it('is said with the path and what to do, also below an error of ours', () => {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-refusal-'));
    writeFileSync(join(directory, 'file'), '');
    let refused: unknown;
    try {
      mkdirSync(join(directory, 'file/below'));
    } catch (error) {
      refused = error;
    } finally {
      rmSync(directory, { recursive: true });
    }
    const text = `ENOTDIR: not a directory, mkdir '${join(directory, 'file/below')}'. Something other than a directory has the name of one.`;
    expect(systemRefusal(refused)).toBe(text);
    expect(systemRefusal(new Error('the archives cannot be copied', { cause: refused }))).toBe(text);
  });

  it('that there is no room is said with what to do', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(systemRefusal(full)).toBe(
      'ENOSPC: no space left on device, write. Make room and run the same command again: it goes on from there.',
    );
  });

  it.each([
    new TypeError('x is not a function'),
    Object.assign(new Error('no'), { code: 'EACCES' }),
    'ENOSPC',
    undefined,
  ])('is not what a fault of ours is: %s', (fault) => expect(systemRefusal(fault)).toBeUndefined());
});
