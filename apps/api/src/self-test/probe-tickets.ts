import { timingSafeEqual } from 'node:crypto';
import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { commonErrors } from '../common/errors/common.errors.js';

const LIFETIME_MS = 60_000;

/** Lets the self-test's own requests in and nobody else's, at whichever replica they arrive. */
@Injectable()
export class ProbeTickets {
  constructor(
    private readonly keyRing: KeyRing,
    private readonly clock: Clock,
  ) {}

  issue(): string {
    const end = String(this.clock.now() + LIFETIME_MS);
    return `${end}.${this.keyRing.hash('self-test', end)}`;
  }

  /** Answers 404 to everybody else, as if there were nothing. */
  require(ticket: string | undefined): void {
    const [end = '', hash = ''] = (ticket ?? '').split('.');
    const expected = Buffer.from(this.keyRing.hash('self-test', end));
    const given = Buffer.from(hash);
    const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
    if (!isOurs || !(Number(end) >= this.clock.now())) throw commonErrors.notFound('This address');
  }
}
