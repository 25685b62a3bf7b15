import { describe, expect, it } from '@jest/globals';
import { normaliseUsername, usernameFault } from './username.rules.js';

describe('user names', () => {
  it.each([
    ['  Anna ', 'anna'],
    ['ＡＮＮＡ', 'anna'],
    ['ﬁnn', 'finn'],
    ['ОЛЕГ', 'олег'],
  ])('%s is %s', (typed, stored) => expect(normaliseUsername(typed)).toBe(stored));

  it.each(['anna', 'anna@example.com', 'a.b+c-d_e', 'олег', '7'])('%s is possible', (name) =>
    expect(usernameFault(name)).toBeUndefined(),
  );

  it.each(['', '   ', '.', '..', '-x', 'a b', 'a/b', 'a<b>', 'a\u202eb', 'x'.repeat(151)])('%j is not', (name) =>
    expect(usernameFault(name)).toBeDefined(),
  );
});
