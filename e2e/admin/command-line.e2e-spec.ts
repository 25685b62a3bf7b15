import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCommand } from '../support/admin-command.js';

const COMMANDS = ['create-admin', 'reset-2fa', 'verify', 'backup', 'restore', 'rebuild-index', 'rotate-key'];

describe('The administrative commands', () => {
  it('--help lists every command, and each says more with its own', async () => {
    const { code, out } = await runCommand(['--help']);
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
    const helps = await Promise.all(COMMANDS.map((name) => runCommand([name, '--help'])));
    for (const [index, help] of helps.entries()) {
      expect(help.code).toBe(0);
      expect(help.out).toContain(`Usage: admin ${COMMANDS[index]}`);
    }
  });

  it.each([
    ['nothing', []],
    ['an unknown command', ['no-such-command']],
    ['a name that every object has', ['constructor']],
    ['an unknown option', ['verify', '--no-such-option']],
    ['an option without its value', ['verify', '--subset']],
    ['a value that it does not take', ['verify', '--subset', '0/7']],
    ['an argument too few', ['backup']],
    ['an argument too many', ['verify', 'everything']],
  ])('%s ends with 2, says what is right on standard error, and touches nothing', async (_, args) => {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-admin-'));
    try {
      const { code, out, errors } = await runCommand(args, { environment: { DATA_DIR: directory } });
      expect(code).toBe(2);
      expect(out).toBe('');
      expect(errors).toContain('Usage: admin');
      expect(readdirSync(directory)).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it.each([['verify'], ['reset-2fa', 'anna'], ['backup', 'x'], ['rotate-key', '--generate'], ['rebuild-index']])(
    '%s on a directory without an installation ends with 1 in plain words and makes nothing there',
    async (...args) => {
      const directory = mkdtempSync(join(tmpdir(), 'logs-collector-admin-'));
      try {
        const { code, errors } = await runCommand(args, { environment: { DATA_DIR: directory } });
        expect(code).toBe(1);
        expect(errors).toContain('DATA_DIR holds no installation');
        expect(errors).not.toContain('    at ');
        expect(readdirSync(directory)).toEqual([]);
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  );
});
