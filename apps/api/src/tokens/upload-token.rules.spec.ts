import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isOpen, refusalOf, type TokenState } from './upload-token.rules.js';

const NOW = 1_000;
const open: TokenState = { isTicketResolved: false, attempts: 1, expiresAt: NOW + 1, revokedAt: null };
const begins = { now: NOW, leases: 0, isContinuing: false };

describe('refusalOf', () => {
  it('lets an open token in', () => {
    expect(refusalOf(open, begins)).toBeUndefined();
  });

  it('tells the first reason in the order resolved, expired, revoked, exhausted, in use', () => {
    const faults: [string, Partial<TokenState>, number][] = [
      ['attempts_in_use', {}, 1],
      ['attempts_exhausted', { attempts: 0 }, 1],
      ['token_revoked', { revokedAt: 1 }, 1],
      ['token_expired', { expiresAt: NOW }, 1],
      ['ticket_resolved', { isTicketResolved: true }, 1],
    ];
    let token = open;
    for (const [reason, fault, leases] of faults) {
      token = { ...token, ...fault };
      expect(refusalOf(token, { ...begins, leases })).toBe(reason);
    }
  });

  it('checks the expiry only where an upload begins', () => {
    const expired = { ...open, expiresAt: 0 };
    expect(refusalOf(expired, { ...begins, isContinuing: true })).toBeUndefined();
    expect(refusalOf({ ...expired, revokedAt: 1 }, { ...begins, isContinuing: true })).toBe('token_revoked');
  });

  it('never lets in more at once than attempts are free', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(200), (attempts, leases) => {
        const isIn = refusalOf({ ...open, attempts }, { ...begins, leases }) === undefined;
        return isIn === leases < attempts;
      }),
    );
  });
});

describe('isOpen', () => {
  it('does not ask what is under way', () => {
    expect(isOpen(open, NOW)).toBe(true);
    for (const fault of [{ attempts: 0 }, { expiresAt: NOW }, { revokedAt: 1 }]) {
      expect(isOpen({ ...open, ...fault }, NOW)).toBe(false);
    }
  });
});
