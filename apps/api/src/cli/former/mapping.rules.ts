import type { Role } from '../../common/access/principal.js';
import { TICKET_NUMBER } from '../../tickets/ticket.rules.js';
import type { FormerPlatform, FormerTicket, FormerUser } from './former-rows.js';

const SLUG = /^[A-Za-z0-9_-]{1,50}$/;
const NO_SLUG_CHARACTERS = /[^a-z0-9_-]+/g;
const OUTER_HYPHENS = /^-+|-+$/g;
const MAX_SLUG_LENGTH = 50;
const MAX_ATTEMPTS = 100;

/** Whoever could log in there could do everything but manage users; superusers could that too. */
export function roleOf({ isSuperuser }: FormerUser): Role {
  return isSuperuser ? 'admin' : 'staff';
}

/** Its name where that is a slug, else one made of it; with the former id where `isTaken` says so. */
export function slugOf({ id, name }: FormerPlatform, isTaken: (slug: string) => boolean): string {
  if (SLUG.test(name)) return name;
  const made = name.toLowerCase().replace(NO_SLUG_CHARACTERS, '-').replace(OUTER_HYPHENS, '') || 'platform';
  const ending = isTaken(made.slice(0, MAX_SLUG_LENGTH)) ? `-${id}` : '';
  return made.slice(0, MAX_SLUG_LENGTH - ending.length) + ending;
}

/** Undefined where it cannot be a number here; the former application allowed negative ones. */
export function numberOf({ number }: Pick<FormerTicket, 'number'>): string | undefined {
  const text = String(number);
  return TICKET_NUMBER.test(text) ? text : undefined;
}

/** How many archives its token still allows. */
export function attemptsOf({ attempts }: FormerTicket): number {
  return Math.min(Math.max(attempts, 0), MAX_ATTEMPTS);
}
