import { describe, expect, it } from '@jest/globals';
import {
  MAX_WIDTH,
  MIN_WIDTH,
  parseChoice,
  shownColumns,
  UNCHANGED,
  widthsOf,
  withColumnShown,
  withWidth,
} from './column-choice.js';

const COLUMNS = [
  { id: 'number', text: 'Number', isNeeded: true },
  { id: 'files', text: 'Files' },
  { id: 'who', text: 'Who' },
];

describe('What the browser has kept of a table', () => {
  it.each([[null], [''], ['{'], ['null'], ['7'], ['{"hidden":3,"widths":null}']])('%s is no choice', (stored) => {
    expect(parseChoice(stored)).toEqual(UNCHANGED);
  });

  it('is taken as it is, but for widths that nobody could work with', () => {
    expect(parseChoice('{"hidden":["who",4],"widths":{"files":120.4,"who":3,"number":1e9,"x":"9"}}')).toEqual({
      hidden: ['who'],
      widths: { files: 120, who: MIN_WIDTH, number: MAX_WIDTH },
    });
  });
});

describe('The columns that are shown', () => {
  it('are all in the beginning, and those not hidden later', () => {
    expect(shownColumns(COLUMNS, UNCHANGED)).toEqual(COLUMNS);
    const choice = withColumnShown(UNCHANGED, 'files', false);
    expect(shownColumns(COLUMNS, choice).map(({ id }) => id)).toEqual(['number', 'who']);
    expect(withColumnShown(choice, 'files', true)).toEqual(UNCHANGED);
  });

  it('always have the one that names the row', () => {
    expect(shownColumns(COLUMNS, withColumnShown(UNCHANGED, 'number', false))).toEqual(COLUMNS);
  });
});

describe('The widths of columns', () => {
  it('are left to the browser until one is moved, and then stay for all', () => {
    expect(widthsOf(['number', 'files'], UNCHANGED)).toBeUndefined();
    const moved = withWidth(UNCHANGED, 'files', 200, { number: 90, files: 130, who: 70 });
    expect(widthsOf(['number', 'files', 'who'], moved)).toEqual([90, 200, 70]);
    expect(widthsOf(['number', 'files'], withWidth(moved, 'number', 1, { number: 500 }))).toEqual([MIN_WIDTH, 200]);
  });

  it('are usual for a column that came later', () => {
    expect(widthsOf(['files', 'new'], { hidden: [], widths: { files: 100 } })).toEqual([100, 160]);
  });
});
