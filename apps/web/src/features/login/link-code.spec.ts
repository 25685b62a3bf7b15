import { describe, expect, it } from '@jest/globals';
import { linkCode } from './link-code.js';

describe('linkCode', () => {
  it.each(['Zy0M', ' Zy0M ', 'https://logs.example.com/invitation#Zy0M', '#Zy0M\n'])(
    'finds the code in %j',
    (typed) => {
      expect(linkCode(typed)).toBe('Zy0M');
    },
  );
});
