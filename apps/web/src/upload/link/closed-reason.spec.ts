import { describe, expect, it } from '@jest/globals';
import { closedReason, isDoubtful } from './closed-reason.js';

const NOW = Date.UTC(2026, 10, 20);
const OPEN = { attempts: 3, resolved: false, expires_at: '2026-11-27T18:00:00Z' };
const USED_UP = { ...OPEN, attempts: 0 };
const ENDED = { ...OPEN, expires_at: '2026-11-19T18:00:00Z' };
const RESOLVED = { ...USED_UP, resolved: true };

describe('isDoubtful', () => {
  it('asks only where the facts do not tell the reason', () => {
    expect([OPEN, RESOLVED, USED_UP, ENDED].map((facts) => isDoubtful(facts, NOW))).toEqual([false, false, true, true]);
  });
});

describe('closedReason', () => {
  it('has none for an open link, even where the clock here is ahead', () => {
    expect(closedReason(OPEN, undefined)).toBeUndefined();
    expect(closedReason(ENDED, 'file_empty')).toBeUndefined();
    expect(closedReason(OPEN, 'attempts_in_use')).toBeUndefined();
  });

  it('is what the server refuses with', () => {
    expect(closedReason(ENDED, 'token_expired')).toBe('token_expired');
    expect(closedReason(USED_UP, 'token_revoked')).toBe('token_revoked');
    expect(closedReason(USED_UP, 'attempts_exhausted')).toBe('attempts_exhausted');
  });

  it('is a closed case before anything else, and otherwise that nothing is left', () => {
    expect(closedReason(RESOLVED, undefined)).toBe('ticket_resolved');
    expect(closedReason(USED_UP, undefined)).toBe('attempts_exhausted');
  });
});
