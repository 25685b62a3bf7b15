import { argon2Sync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PasswordHasher } from './password-hasher.js';
import { formatPhc, parsePhc } from './phc-string.js';

describe('PasswordHasher (Argon2id, RFC 9106)', () => {
  const hasher = new PasswordHasher();

  it('stores the parameters with the hash, at OWASP’s minimum or above', async () => {
    const stored = await hasher.hash('quiet harbour lantern');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  it('knows the right password from a wrong one, and salts', async () => {
    const [first, second] = await Promise.all([hasher.hash('right'), hasher.hash('right')]);
    expect(first).not.toBe(second);
    expect(await hasher.verify('right', first)).toEqual({ isRight: true, isOutdated: false });
    expect(await hasher.verify('Right', first)).toEqual({ isRight: false, isOutdated: false });
  });

  it('tells passwords apart that differ at byte 73 only', async () => {
    const stored = await hasher.hash(`${'x'.repeat(72)}a`);
    expect((await hasher.verify(`${'x'.repeat(72)}b`, stored)).isRight).toBe(false);
  });

  it('accepts a hash of other parameters and says that it is outdated', async () => {
    const salt = Buffer.alloc(16, 7);
    const cost = { memoryKiB: 8_192, passes: 1, parallelism: 1 };
    const hash = argon2Sync('argon2id', {
      message: 'old',
      nonce: salt,
      parallelism: 1,
      tagLength: 32,
      memory: 8_192,
      passes: 1,
    });
    expect(await hasher.verify('old', formatPhc({ cost, salt, hash }))).toEqual({ isRight: true, isOutdated: true });
  });

  it('is never right where nothing is stored, and takes its time to say so', async () => {
    await hasher.verify('warm up', null);
    const started = performance.now();
    expect((await hasher.verify('anything', null)).isRight).toBe(false);
    expect(performance.now() - started).toBeGreaterThan(5);
  });

  it('sends away with 503 and Retry-After whoever would wait behind too many', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 150 }, () => hasher.verify('many', null)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(20);
    expect(refused[0]?.reason).toMatchObject({ kind: { status: 503 }, headers: { 'Retry-After': '2' } });
    expect((await hasher.verify('afterwards', null)).isRight).toBe(false);
  });

  it('is not impaired by a crowd that was there before its very first comparison', async () => {
    const fresh = new PasswordHasher();
    const crowd = Promise.allSettled(Array.from({ length: 130 }, () => fresh.hash('many')));
    await expect(fresh.verify('one too many', null)).rejects.toMatchObject({ kind: { status: 503 } });
    await crowd;
    expect((await fresh.verify('afterwards', null)).isRight).toBe(false);
  });

  it('does not take a damaged row for a wrong password', () => {
    expect(() => parsePhc('$argon2id$v=19$m=19456')).toThrow('damaged');
  });
});
