import { describe, expect, it } from '@jest/globals';
import { slugOf } from './platform-slug.js';

describe('slugOf', () => {
  it.each([
    ['VMmanager 6', 'vmmanager-6'],
    ['  Über-Cloud!  ', 'uber-cloud'],
    ['Хранилище объектов', 'khranilishche-obektov'],
    ['***', ''],
    ['x'.repeat(80), 'x'.repeat(50)],
  ])('%s becomes %s', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });
});
