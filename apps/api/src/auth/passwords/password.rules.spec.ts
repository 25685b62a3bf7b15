import { describe, expect, it } from '@jest/globals';
import { commonPasswords } from './common-passwords.js';
import { normalisePassword, passwordFaults } from './password.rules.js';

const faults = (password: string, words: string[] = ['acme', 'logs']): string[] =>
  passwordFaults(password, { username: 'anna', words, isCommon: (text) => commonPasswords().has(text) });

const FORBIDDEN_WORD = 'must not contain the user name, the product or the server';
const GUESSABLE = 'is one of the passwords that are tried first';

describe('passwordFaults (ASVS 5.0.0-6.2)', () => {
  it.each([
    'quiet harbour lantern',
    'v9#kLm2$Qw8!',
    'пылающий фонарь у моря',
    '静かな港の灯台と古い船の話です',
    'eee xkcd 936 entropy',
  ])('accepts %s', (password) => expect(faults(password)).toEqual([]));

  it('counts characters, not bytes or UTF-16 units', () => {
    expect(faults('🔑🚪🌊🏮🧭⚓🛶🎣🐚🦀🐟')).toEqual(['must have at least 12 characters']);
    expect(faults('🔑🚪🌊🏮🧭⚓🛶🎣🐚🦀🐟🦑')).toEqual([]);
  });

  it('accepts 1,024 characters and refuses 1,025', () => {
    const long = 'quiet harbour lantern '.repeat(47);
    expect(faults(`${long.slice(0, 1_023)}~`)).toEqual([]);
    expect(faults(`${long.slice(0, 1_024)}~`)).toEqual(['must have at most 1024 characters']);
  });

  it.each(['my name is Anna!!', 'A.n.n.a walks home', 'Logs-Collector 9x', 'ACME makes rockets'])(
    'refuses %s for a word of this installation',
    (password) => expect(faults(password)).toEqual([FORBIDDEN_WORD]),
  );

  it.each([
    'password12345',
    'Passw0rd!!!!!',
    'p@$$word2024!',
    '!!dragon2024!!!',
    'qwertyuiop[]',
    '123456789012',
    'abcdefghijklm',
    'passwordpassword',
    'aaaaaaaaaaaaaaaa',
    'correcthorsebatterystaple',
    '1q2w3e4r5t6y',
  ])('refuses %s as guessable', (password) => expect(faults(password)).toEqual([GUESSABLE]));

  it('treats two Unicode forms of one password as one', () => {
    expect(normalisePassword('Å'.normalize('NFD'))).toBe(normalisePassword('Å'));
  });
});

describe('the list of common passwords', () => {
  it('has at least the 3,000 entries that ASVS 5.0.0-6.2.4 asks for', () => {
    expect(commonPasswords().size).toBeGreaterThan(3_000);
  });

  it('has enough that the length rule alone would let pass', () => {
    const long = [...commonPasswords()].filter((password) => password.length >= 12);
    expect(long.length).toBeGreaterThan(3_000);
  });
});
