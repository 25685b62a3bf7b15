import { describe, expect, it } from '@jest/globals';
import { countedTitle, eventOf, progressed, staleKeysOf } from './live-events-rules.js';

const progress = eventOf(
  'upload.progress',
  '{"ticket_id":"1","ticket":"SUP-1","upload":"u1","offset":500,"size":null,"time":"2026-11-20T20:14:22.000Z"}',
);

describe('live events', () => {
  it('reads what the server tells', () => {
    expect(progress).toEqual({
      type: 'upload.progress',
      ticket: 'SUP-1',
      time: '2026-11-20T20:14:22.000Z',
      upload: 'u1',
      offset: 500,
      size: undefined,
    });
  });

  it('moves the one upload and asks nobody', () => {
    const other = { id: 'u2', offset: 1, size: 2, time_update: '' };
    const upload = { id: 'u1', offset: 100, size: 1_000, time_update: '' };
    expect(progressed([other, upload], progress)).toEqual([
      other,
      { id: 'u1', offset: 500, size: 1_000, time_update: progress.time },
    ]);
    expect(progressed([other], progress)).toBeUndefined();
    expect(staleKeysOf(progress)).toEqual([]);
  });

  it('never moves an upload back', () => {
    const ahead = { id: 'u1', offset: 900, size: 1_000, time_update: '' };
    expect(progressed([ahead], progress)?.[0]?.offset).toBe(900);
  });

  it('knows what an arrival changes', () => {
    const keys = staleKeysOf({ ...progress, type: 'archive.received' });
    expect(keys).toContainEqual(['tickets']);
    expect(keys).toContainEqual(['archives']);
    expect(keys).toContainEqual(['ticket', 'SUP-1', 'view']);
    expect(keys).toContainEqual(['ticket', 'SUP-1', 'tokens']);
  });

  it('does not read tokens because an upload begins', () => {
    expect(staleKeysOf({ ...progress, type: 'upload.started' })).not.toContainEqual(['ticket', 'SUP-1', 'tokens']);
  });

  it('counts in the title', () => {
    expect(countedTitle('Tickets', 1)).toBe('(1) Tickets');
    expect(countedTitle('(1) Tickets', 2)).toBe('(2) Tickets');
    expect(countedTitle('(2) Tickets', 0)).toBe('Tickets');
  });
});
