import { describe, expect, it } from '@jest/globals';
import { splitAppSpace } from './app-space.js';

describe('splitAppSpace', () => {
  it.each([
    ['my-app-space', { app: 'my', space: 'app-space' }],
    ['app-space', { app: 'app', space: 'space' }],
    ['app--x', { app: 'app', space: '-x' }],
    ['-space', undefined],
    ['app-', undefined],
    ['app', undefined],
    ['', undefined],
  ])('%s splits at its first dash', (text, expected) => {
    expect(splitAppSpace(text)).toEqual(expected);
  });

  it('takes the default space only where there is no dash', () => {
    expect(splitAppSpace('app', 'default')).toEqual({ app: 'app', space: 'default' });
    expect(splitAppSpace('app-', 'default')).toBeUndefined();
  });
});
