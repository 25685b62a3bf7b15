import { randomBytes } from 'node:crypto';
import { existsSync, fsyncSync, linkSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory, withFile } from './durable-file.js';
import { errorCode } from './error-code.js';
import { ownership, ownUserId } from './file-owner.js';
import { SettingsError } from './settings-reader.js';

const KEY_BYTES = 32;

/** The secret key that all processes of an installation share: the one in the file, made where there is none. */
export function readOrMakeKey(path: string): string {
  try {
    if (!existsSync(path)) makeKey(path);
  } catch (error) {
    throw new SettingsError([
      `DATA_DIR/secret.key cannot be written (${errorCode(error)}); DATA_DIR must belong to user ${ownUserId()}`,
    ]);
  }
  return readKey(path);
}

/** The key in the file; throws SettingsError where it is too short to be one. */
export function readKey(path: string): string {
  const key = readKeyText(path).trim();
  if (Buffer.byteLength(key) < KEY_BYTES)
    throw new SettingsError(['DATA_DIR/secret.key is damaged; restore it from a backup']);
  return key;
}

export function readKeyText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsError([`DATA_DIR/secret.key cannot be read (${errorCode(error)}); ${ownership(path)}`]);
  }
}

/**
 * Of several processes that make a key at once the first to link it wins, and no reader ever sees half of one. It is on
 * disk, and so is its name, before anything is sealed with it.
 */
function makeKey(path: string): void {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    withFile(temporary, 'wx', (file) => {
      writeSync(file, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
      fsyncSync(file);
    });
    linkSync(temporary, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  syncDirectory(dirname(path));
}
