import { describe, expect, it } from '@jest/globals';
import { SLUG, slugOf } from './slug.js';

describe('slugOf', () => {
  it.each([
    ['VMmanager 6', 'vmmanager-6'],
    ['  DCImanager / 5.4 ', 'dcimanager-5-4'],
    ['Ünïcode_Łabel', 'unicode_-abel'],
    ['Щит и ёж', 'schit-i-ezh'],
    ['<img src=x>', 'img-src-x'],
    ['!!!', ''],
    [`${'a'.repeat(49)} b`, 'a'.repeat(49)],
    ['x'.repeat(80), 'x'.repeat(50)],
  ])('of %j is %j', (prettyName, slug) => {
    expect(slugOf(prettyName)).toBe(slug);
    if (slug) expect(slug).toMatch(SLUG);
  });
});
