import { drainErrors } from './drains.errors.js';

const ID = /^[0-9A-Za-z-]{1,64}$/;

/** Where the shuttle has a drain. Nothing else is asked for: `..` would be another path. */
export function drainPath(id: string): string {
  if (!ID.test(id)) throw drainErrors.notFound();
  return `/drains/${id}`;
}
