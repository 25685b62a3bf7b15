import { describe, expect, it } from '@jest/globals';
import { drainIn, drainsIn, droppedIn, testOutcomeIn } from './shuttle-answers.js';

const drain = { id: '4a2f7f43', token: 'shop-production', url: 'https://***@logs.example.com', paused: false };
const unreachable = expect.objectContaining({ kind: expect.objectContaining({ code: 'shuttle_unreachable' }) });

describe('An answer of the shuttle', () => {
  it('is taken where it says what it was asked for', () => {
    expect(drainIn(drain)).toBe(drain);
    expect(drainsIn([drain])).toEqual([drain]);
    expect(testOutcomeIn({ delivered: true })).toEqual({ delivered: true });
    expect(droppedIn({ accepted: 1, dropped: 2 })).toBe(2);
  });

  it.each([
    undefined,
    null,
    5,
    'text',
    [],
    {},
    { ...drain, id: 5 },
    { ...drain, url: null },
    { ...drain, paused: 'no' },
  ])('that is no drain is that of no shuttle: %j', (body) => {
    expect(() => drainIn(body)).toThrow(unreachable);
    expect(() => drainsIn([drain, body])).toThrow(unreachable);
    expect(() => drainsIn(body === undefined ? {} : { 0: body })).toThrow(unreachable);
  });

  it.each([undefined, {}, { dropped: '1' }, { dropped: -1 }, { dropped: 1e300 }, { dropped: 0.5 }])(
    'that does not say what became of records counts for nothing: %j',
    (body) => {
      expect(() => droppedIn(body)).toThrow(unreachable);
      expect(() => testOutcomeIn(body)).toThrow(unreachable);
    },
  );
});
