import { describe, expect, it } from '@jest/globals';
import { readClaims } from './access-token.rules.js';
import { isAlive, isRecentLogin, judgeRefresh } from './session.rules.js';

const MINUTE = 60_000;
const session = { transport: 'cookie', lastSeenAt: 0, expiresAt: 720 * MINUTE, endedAt: null } as const;

describe('isAlive (NIST SP 800-63B AAL2)', () => {
  it('ends a cookie session after 30 idle minutes', () => {
    expect(isAlive(session, 30 * MINUTE - 1)).toBe(true);
    expect(isAlive(session, 30 * MINUTE)).toBe(false);
  });

  it('ends it after 12 hours whatever happens', () => {
    expect(isAlive({ ...session, lastSeenAt: 719 * MINUTE }, 720 * MINUTE - 1)).toBe(true);
    expect(isAlive({ ...session, lastSeenAt: 719 * MINUTE }, 720 * MINUTE)).toBe(false);
  });

  it('lets scripts idle', () => expect(isAlive({ ...session, transport: 'bearer' }, 700 * MINUTE)).toBe(true));
  it('knows an ended one', () => expect(isAlive({ ...session, endedAt: 0 }, 1)).toBe(false));
});

describe('judgeRefresh', () => {
  it.each([
    ['bearer', null, 0, 'keep'],
    ['cookie', null, 0, 'rotate'],
    ['cookie', 1_000, 11_000, 'grace'],
    ['cookie', 1_000, 11_001, 'reused'],
  ] as const)('%s, spent at %s, presented at %s: %s', (transport, spentAt, now, verdict) => {
    expect(judgeRefresh(transport, spentAt, now)).toBe(verdict);
  });
});

describe('isRecentLogin', () => {
  it('means ten minutes', () => {
    expect(isRecentLogin(0, 10 * MINUTE)).toBe(true);
    expect(isRecentLogin(0, 10 * MINUTE + 1)).toBe(false);
  });
});

describe('readClaims (RFC 8725)', () => {
  const payload = { typ: 'access', sid: 's', sub: 'u', exp: 10, iss: 'logs-collector', aud: 'logs-collector-api' };

  it('reads what we sign', () => {
    expect(readClaims(payload, 9_999)).toEqual({ sessionId: 's', userId: 'u', expiresAt: 10_000 });
  });

  it.each([
    ['expired', { ...payload, exp: 9 }],
    ['of another issuer', { ...payload, iss: 'x' }],
    ['for another audience', { ...payload, aud: 'x' }],
    ['for several audiences', { ...payload, aud: ['logs-collector-api', 'x'] }],
    ['of another kind', { ...payload, typ: 'refresh' }],
    ['without a session', { ...payload, sid: undefined }],
    ['without an end', { ...payload, exp: undefined }],
    ['a text', 'payload'],
    ['nothing', null],
  ])('refuses one that is %s', (_name, wrong) => expect(readClaims(wrong, 9_000)).toBeUndefined());
});
