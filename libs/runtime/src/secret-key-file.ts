import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createFileDurably } from './durable-file.js';
import { errorCode } from './error-code.js';
import { ownership, ownUserId } from './file-owner.js';
import { SettingsError } from './settings-reader.js';

const KEY_BYTES = 32;

/** The secret key that all processes of an installation share: the one in the file, made where there is none. */
export function readOrMakeKey(path: string): string {
  try {
    // On disk, and so is its name, before anything is sealed with it.
    if (!existsSync(path)) createFileDurably(path, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
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

function readKeyText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsError([`DATA_DIR/secret.key cannot be read (${errorCode(error)}); ${ownership(path)}`]);
  }
}
