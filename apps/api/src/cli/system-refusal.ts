import { types } from 'node:util';
import { errorCode } from '@logs-collector/runtime/error-code';

const NO_ROOM = 'Make room and run the same command again: it goes on from there.';
const NO_RIGHT = 'Run the command as a user who may do that, the one of the server as a rule.';
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: NO_ROOM,
  EDQUOT: NO_ROOM,
  EACCES: NO_RIGHT,
  EPERM: NO_RIGHT,
  EROFS: 'Is it mounted read-only?',
  ENOTDIR: 'Something other than a directory has the name of one.',
};

/** What the file system refuses is for an administrator to mend: in plain words, with what to do. Undefined for other errors. */
export function systemRefusal(error: unknown): string | undefined {
  if (!types.isNativeError(error)) return undefined;
  const remedy = 'syscall' in error ? REMEDIES[errorCode(error) ?? ''] : undefined;
  return remedy === undefined ? systemRefusal(error.cause) : `${error.message}. ${remedy}`;
}
