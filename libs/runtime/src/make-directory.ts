import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from './error-code.js';

/**
 * Makes a directory and those above it, as `mkdir -p` does. Node's own `recursive` does not come to an end below a file
 * system that makes no directories, as /proc: there the system answers ENOENT to the last step too.
 *
 * Throws what the system says of the first one that cannot be made; nothing where it is there already.
 */
export function makeDirectory(path: string, mode = 0o700): void {
  if (isThere(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have been quicker. Of a link to what is not there this says ENOENT.
    if (errorCode(error) !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
