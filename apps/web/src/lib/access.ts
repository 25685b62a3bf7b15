import type { Schema } from '@logs-collector/api-client/client';

export type Permission = Schema<'LockedPermissionView'>['permission'];
type Account = Pick<Schema<'AccountView'>, 'permissions' | 'locked'>;

/** `code`: may be done once the code of the second factor was given. `enrolment`: a second factor has to be set up first. */
export type Access = 'open' | 'code' | 'enrolment' | 'none';

export function accessOf({ permissions, locked }: Account, permission: Permission): Access {
  if (permissions.includes(permission)) return 'open';
  const lock = locked.find((candidate) => candidate.permission === permission);
  if (!lock) return 'none';
  return lock.code === 'second_factor_enrolment_required' ? 'enrolment' : 'code';
}
