import type { Schema } from '@logs-collector/api-client/client';

type User = Schema<'UserView'>;

/** `invited`: has not opened the invitation yet. `unprotected`: a password alone. */
export type UserState = 'active' | 'invited' | 'unprotected' | 'deactivated';

export const USER_ACTIONS = ['role', 'sessions', 'invite', 'reset', 'deactivate', 'reactivate'] as const;
export type UserAction = (typeof USER_ACTIONS)[number];

export function stateOf(user: User): UserState {
  if (!user.is_active) return 'deactivated';
  if (!user.has_password) return 'invited';
  return user.has_second_factor ? 'active' : 'unprotected';
}

const ACTIONS: Readonly<Record<UserState, readonly UserAction[]>> = {
  active: ['role', 'sessions', 'reset', 'deactivate'],
  invited: ['role', 'invite', 'deactivate'],
  unprotected: ['role', 'sessions', 'invite', 'deactivate'],
  deactivated: ['role', 'reactivate'],
};

/** What makes sense for a user in this state; whether it is allowed, the server says. */
export function actionsFor(user: User): readonly UserAction[] {
  return ACTIONS[stateOf(user)];
}
