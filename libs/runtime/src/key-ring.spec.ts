import { describe, expect, it } from '@jest/globals';
import { KeyRing } from './key-ring.js';

const FIRST = 'the first key, which has at least 32 bytes';
const SECOND = 'the second key, which has at least 32 bytes';
const THIRD = 'the third key, which has at least 32 bytes';

describe('KeyRing', () => {
  const first = new KeyRing(FIRST);
  const both = new KeyRing(SECOND, FIRST);

  it('opens what the current and the previous key have sealed, for its purpose and context alone', () => {
    const sealed = first.seal('token-sealing', 'row 1', 'a secret');
    expect(both.open('token-sealing', 'row 1', sealed)).toBe('a secret');
    expect(() => both.open('totp-sealing', 'row 1', sealed)).toThrow(/another SECRET_KEY/);
    expect(() => both.open('token-sealing', 'row 2', sealed)).toThrow(/another SECRET_KEY/);
    expect(() => new KeyRing(SECOND).open('token-sealing', 'row 1', sealed)).toThrow(/another SECRET_KEY/);
  });

  it('tells what the current key has sealed from what the previous one has', () => {
    expect(both.isSealedWithCurrent('token-sealing', 'row', first.seal('token-sealing', 'row', 'x'))).toBe(false);
    expect(both.isSealedWithCurrent('token-sealing', 'row', both.seal('token-sealing', 'row', 'x'))).toBe(true);
    expect(both.isSealedWithCurrent('token-sealing', 'row', 'not sealed at all')).toBe(false);
  });

  it('recognises hashes by earlier look-up keys when their SECRET_KEY is gone, and by nothing else of it', () => {
    const alone = new KeyRing(THIRD);
    expect(alone.hashes('secret-lookup', 'x')).not.toContain(first.hash('secret-lookup', 'x'));
    alone.recogniseLookupKeys(both.earlierLookupKeys());
    expect(alone.hashes('secret-lookup', 'x')).toEqual([
      alone.hash('secret-lookup', 'x'),
      first.hash('secret-lookup', 'x'),
    ]);
    expect(alone.hashes('token-lookup', 'x')).toEqual([alone.hash('token-lookup', 'x')]);
  });

  it('hands earlier look-up keys on, each once and never its own', () => {
    const third = new KeyRing(THIRD, SECOND);
    third.recogniseLookupKeys(both.earlierLookupKeys());
    expect(third.earlierLookupKeys()).toEqual([both.key('secret-lookup'), first.key('secret-lookup')]);
    const back = new KeyRing(FIRST, SECOND);
    back.recogniseLookupKeys(third.earlierLookupKeys());
    expect(back.earlierLookupKeys()).toEqual([both.key('secret-lookup')]);
  });

  it('takes the same key given twice for one', () => {
    const same = new KeyRing(FIRST, FIRST);
    expect(same.hasPrevious).toBe(false);
    expect(same.keys('access-token')).toHaveLength(1);
  });
});
