import { describe, expect, it } from '@jest/globals';
import { readSettings, SettingsError } from './settings-reader.js';

const definitions = {
  COUNT: {
    description: 'A number.',
    fallback: '5',
    parse: (text: string): number => {
      if (!/^\d+$/.test(text)) throw new RangeError('must be a number');
      return Number(text);
    },
  },
  SECRET: { description: 'A text.', parse: (text: string): string => text },
} as const;

const files: Readonly<Record<string, string>> = { '/secret': 'from a file\n', '/empty': '', '/line': '\n' };

function readFile(path: string): string {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return text;
}

const read = (environment: Readonly<Record<string, string>>) => readSettings(definitions, environment, readFile);

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    read(environment);
    return [];
  } catch (error) {
    return error instanceof SettingsError ? error.faults : [String(error)];
  }
}

describe('readSettings', () => {
  it('takes a value, the last line of a file, or what holds by default', () => {
    expect(read({ COUNT: '7', SECRET: 'given' })).toEqual({ COUNT: 7, SECRET: 'given' });
    expect(read({ SECRET_FILE: '/secret' })).toEqual({ COUNT: 5, SECRET: 'from a file' });
    expect(read({ COUNT: '', SECRET: '' })).toEqual({ COUNT: 5, SECRET: undefined });
  });

  it('names all faults at once, and no value', () => {
    expect(faultsOf({ COUNT: 'many', SECRET: 'given', SECRET_FILE: '/secret' })).toEqual([
      'COUNT must be a number',
      'SECRET and SECRET_FILE are both set; set one of them',
    ]);
    expect(faultsOf({ SECRET_FILE: '/nowhere' })).toEqual([
      'SECRET could not be read from the file that SECRET_FILE names (ENOENT)',
    ]);
  });

  it('never takes an empty file for a setting that was not given', () => {
    for (const path of ['/empty', '/line'])
      expect(faultsOf({ SECRET_FILE: path })).toEqual(['SECRET is empty in the file that SECRET_FILE names']);
  });
});
