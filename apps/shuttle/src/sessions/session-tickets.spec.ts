import { describe, expect, it } from '@jest/globals';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { SessionTickets } from './session-tickets.js';

const FIVE_MINUTES_MS = 300_000;
const request = {
  destination: { kind: 'app', app: 'a', space: 'b' },
  lines: 5,
  isTail: true,
  isAnnounced: false,
} as const;

describe('SessionTickets', () => {
  let now = 0;
  const tickets = new SessionTickets(new KeyRing('one key of 32 bytes or more, for tests'), () => now);

  it('are good for five minutes, at every instance with the same key', () => {
    const id = tickets.issue(request);
    now = FIVE_MINUTES_MS;
    const other = new SessionTickets(new KeyRing('one key of 32 bytes or more, for tests'), () => now);
    expect(other.open(id)).toMatchObject(request);
    now += 1;
    expect(other.open(id)).toBeUndefined();
  });

  it('are never the same, and fit into a URL', () => {
    const [one, other] = [tickets.issue(request), tickets.issue(request)];
    expect(one).not.toBe(other);
    expect(one).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('open only with the key that sealed them', () => {
    const stranger = new SessionTickets(new KeyRing('another key of 32 bytes or more, for tests'), () => now);
    expect(tickets.open(stranger.issue(request))).toBeUndefined();
    expect(tickets.open('')).toBeUndefined();
    expect(tickets.open('made-up')).toBeUndefined();
  });
});
