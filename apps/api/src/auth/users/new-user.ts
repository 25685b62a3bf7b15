import type { Role } from '../../common/access/principal.js';
import type { User } from './user.entity.js';

/** A user without password and second factor. */
export function newUser(given: {
  readonly id: string;
  readonly username: string;
  readonly role: Role;
  /** Epoch milliseconds. */
  readonly now: number;
}): User {
  return {
    id: given.id,
    username: given.username,
    displayName: null,
    locale: null,
    role: given.role,
    isActive: true,
    founder: null,
    passwordHash: null,
    totpSealed: null,
    totpConfirmedAt: null,
    totpLastStep: 0,
    mayEnrol: false,
    timeCreate: given.now,
    lastLoginAt: null,
  };
}
