import { API_KEY_SCOPES, type ApiKeyScope, type Role } from '../../common/access/principal.js';

/** Begins every key, so that secret scanners find one where it should not be. */
export const API_KEY_PREFIX = 'lck_';
export const API_KEY_BYTES = 32;
const DAY_MS = 24 * 60 * 60_000;
export const DEFAULT_LIFETIME_MS = 90 * DAY_MS;
export const MAX_LIFETIME_MS = 366 * DAY_MS;
/** `last_used_at` is written at most this often. */
export const USED_INTERVAL_MS = 60_000;

const SCOPES_OF: Readonly<Record<Role, readonly ApiKeyScope[]>> = {
  viewer: ['read', 'download'],
  staff: ['read', 'write', 'delete', 'download'],
  admin: API_KEY_SCOPES,
};

/** Scopes that stand for something that needs a second factor in a login. */
const NEED_SECOND_FACTOR: readonly ApiKeyScope[] = ['delete', 'download', 'admin'];

export interface KeyOwner {
  readonly role: Role;
  readonly isEnrolled: boolean;
}

export function parseScopes(stored: string): ApiKeyScope[] {
  const words = stored.split(' ');
  return API_KEY_SCOPES.filter((scope) => words.includes(scope));
}

/** What of a key's scopes its owner may have: by role now, by second factor now, by the policy now. */
export function effectiveScopes(
  scopes: readonly ApiKeyScope[],
  owner: KeyOwner,
  policy: 'sensitive' | 'always',
): ApiKeyScope[] {
  if (!owner.isEnrolled && policy === 'always') return [];
  return scopes.filter(
    (scope) => SCOPES_OF[owner.role].includes(scope) && (owner.isEnrolled || !NEED_SECOND_FACTOR.includes(scope)),
  );
}
