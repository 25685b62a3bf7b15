import { describe, expect, it } from '@jest/globals';
import { currentOf } from './pages-of.js';

describe('A link of the header', () => {
  it('says that one is on its page, or on one that belongs to it', () => {
    expect(currentOf('tickets', '/')).toBe('page');
    expect(currentOf('tickets', '/tickets/SUP-1')).toBe('true');
    expect(currentOf('storage', '/self-test')).toBe('true');
    expect(currentOf('streams', '/streams/tail')).toBe('true');
  });

  it('says nothing on any other', () => {
    expect(currentOf('tickets', '/archives')).toBeUndefined();
    expect(currentOf('archives', '/archives-of-old')).toBeUndefined();
    expect(currentOf('storage', '/')).toBeUndefined();
  });
});
