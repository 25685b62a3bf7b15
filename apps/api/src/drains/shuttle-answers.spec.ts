import { describe, expect, it } from '@jest/globals';
import { drainIn, drainsIn, droppedIn, testOutcomeIn } from './shuttle-answers.js';

const time = '2026-11-25T19:03:20.5Z';
const state = {
  ...{ status: 'backing_off', last_error: 'The receiver reset the connection.', last_error_at: time, retry_at: null },
  ...{ sent: 5, dropped: 0, buffered_records: 1, buffered_bytes: 90, lines_per_second: 0.5, instances: 1 },
};
const drain = {
  ...{ id: '4a2f7f43', kind: 'app', token: 'shop-production', app: 'shop', space: 'production', site: null },
  ...{ url: 'https://***@logs.example.com', created_at: time, updated_at: time, paused: false },
  ...{ tls: { ca: false, client_certificate: true }, state },
};
const outcome = { delivered: true, duration_ms: 5, error: null };
const unreachable = expect.objectContaining({ kind: expect.objectContaining({ code: 'shuttle_unreachable' }) });

describe('An answer of the shuttle', () => {
  it('is taken where it says what it was asked for', () => {
    expect(drainIn(drain)).toBe(drain);
    expect(drainsIn([drain])).toEqual([drain]);
    expect(testOutcomeIn(outcome)).toBe(outcome);
    expect(droppedIn({ accepted: 1, dropped: 2 })).toBe(2);
  });

  it.each([undefined, null, 5, 'text', [], {}])('that is no drain is that of no shuttle: %j', (body) => {
    expect(() => drainIn(body)).toThrow(unreachable);
    expect(() => drainsIn([drain, body])).toThrow(unreachable);
    expect(() => drainsIn(body === undefined ? {} : { 0: body })).toThrow(unreachable);
  });

  it.each([
    ...[{ id: 5 }, { url: null }, { paused: 'no' }, { kind: 'pod' }, { site: 5 }, { created_at: 'yesterday' }],
    ...[{ tls: null }, { state: undefined }],
    ...[{ status: 'constructor' }, { sent: '5' }, { buffered_bytes: -1 }, { last_error: {} }, { retry_at: 'soon' }].map(
      (part) => ({ state: { ...state, ...part } }),
    ),
  ])('whose drain has %j could not be shown', (part) => {
    expect(() => drainIn({ ...drain, ...part })).toThrow(unreachable);
  });

  it.each([undefined, {}, { dropped: '1' }, { dropped: -1 }, { dropped: 1e300 }, { dropped: 0.5 }])(
    'that does not say what became of records counts for nothing: %j',
    (body) => {
      expect(() => droppedIn(body)).toThrow(unreachable);
      expect(() => testOutcomeIn(body)).toThrow(unreachable);
    },
  );

  it.each([{ delivered: 'yes' }, { duration_ms: null }, { error: {} }])(
    'that does not say how a test went is that of no shuttle: %j',
    (part) => {
      expect(() => testOutcomeIn({ ...outcome, ...part })).toThrow(unreachable);
    },
  );
});
