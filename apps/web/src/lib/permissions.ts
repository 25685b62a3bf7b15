import type { Schema } from '@logs-collector/api-client/client';

type Permission = Schema<'LockedPermissionView'>['permission'];

/** Whether the role allows it, at once or after a code of the second factor; what it never allows is not offered. */
export function isOffered(me: Schema<'AccountView'>, permission: Permission): boolean {
  return me.permissions.includes(permission) || me.locked.some((locked) => locked.permission === permission);
}
