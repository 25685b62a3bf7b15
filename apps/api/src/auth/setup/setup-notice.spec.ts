import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SetupNotice } from './setup-notice.js';

const { isTTY } = process.stdout;

describe('The link for the first administrator', () => {
  let directory: string;
  let printed: string;
  let notice: SetupNotice;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'logs-collector-notice-'));
    printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    notice = new SetupNotice({ DATA_DIR: directory, PUBLIC_URL: undefined, PORT: 8000 });
  });

  afterEach(() => {
    jest.restoreAllMocks();
    process.stdout.isTTY = isTTY;
    rmSync(directory, { recursive: true });
  });

  it('stands at a terminal last, once the server answers, and in no file', () => {
    process.stdout.isTTY = true;
    notice.show('the-code');
    expect(printed).toBe('');
    notice.say();
    expect(printed).toContain('http://localhost:8000/setup#the-code\n');
    expect(existsSync(notice.path)).toBe(false);
    printed = '';
    notice.say();
    expect(printed).toBe('');
  });

  it('goes without a terminal into a file of its owner, and never to the output', () => {
    process.stdout.isTTY = false;
    notice.show('the-code');
    notice.say();
    expect(readFileSync(notice.path, 'utf8')).toBe('http://localhost:8000/setup#the-code\n');
    expect(statSync(notice.path).mode & 0o777).toBe(0o600);
    expect(printed).not.toContain('the-code');
  });
});
