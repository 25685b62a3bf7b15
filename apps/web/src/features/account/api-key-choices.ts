import type { Schema } from '@logs-collector/api-client/client';

export type Scope = Schema<'ApiKeyView'>['scopes'][number];
type Role = Schema<'AccountView'>['role'];

/** What a key of each role may be allowed: never more than its owner may do. */
const SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: ['read', 'download'],
  staff: ['read', 'write', 'delete', 'download'],
  admin: ['read', 'write', 'delete', 'download', 'admin'],
};

export function scopesOf(role: Role): readonly Scope[] {
  return SCOPES[role];
}

/** Days that a key may hold; the server allows 366. */
export const LIFETIMES = ['30', '90', '180', '365'] as const;
export type Lifetime = (typeof LIFETIMES)[number];

const DAY_MS = 24 * 60 * 60_000;

export function expiryOf(lifetime: Lifetime, now: number): string {
  return new Date(now + Number(lifetime) * DAY_MS).toISOString();
}
