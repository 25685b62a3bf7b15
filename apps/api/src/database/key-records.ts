import { randomUUID } from 'node:crypto';
import type { KeyRing } from '@logs-collector/runtime/key-ring';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { In } from 'typeorm';
import type { Database } from './database.js';
import { Meta } from './meta.entity.js';

/** By which the key in use is recognised. */
export const KEY_CHECK = 'key_check';
/**
 * By which the key before it is recognised, and an id of the start that wrote it. It stands there from a start with
 * SECRET_KEY_PREVIOUS until nothing is sealed with that key any more.
 */
export const KEY_CHECK_PREVIOUS = 'key_check_previous';
/** Look-up keys of earlier SECRET_KEYs, sealed with the current one. */
const LOOKUP_KEYS = 'lookup_keys';

export interface KnownKeys {
  readonly instanceId?: string;
  readonly keyCheck?: string;
  readonly keyCheckPrevious?: string;
}

/** Refuses keys with which something in the database could not be opened. */
export function assertRightKeys(keyRing: KeyRing, { instanceId, keyCheck, keyCheckPrevious }: KnownKeys): void {
  if (keyCheck === undefined || instanceId === undefined) return;
  const checks = keyRing.hashes('key-check', instanceId);
  if (!checks.includes(keyCheck)) {
    throw new SettingsError([
      'SECRET_KEY (or DATA_DIR/secret.key) is not the key that this database was made with. Nothing was touched. Restore the key from a backup, or give it as SECRET_KEY_PREVIOUS where it was replaced on purpose',
    ]);
  }
  const needed = keyCheckPrevious?.split(' ')[0];
  if (needed === undefined || checks.includes(needed)) return;
  const fault = keyRing.hasPrevious
    ? 'is not the key that is needed (one change of the key has to be completed before the next)'
    : 'is missing';
  throw new SettingsError([
    `SECRET_KEY_PREVIOUS ${fault}: upload tokens and second factors in the database may still be sealed with an earlier SECRET_KEY. Nothing was touched. Set SECRET_KEY_PREVIOUS to that key until the log says that it can be removed`,
  ]);
}

/**
 * Writes down of the keys what the next start has to know, and learns what earlier ones wrote. Part of the transaction
 * in which the database is taken into use.
 */
export async function recordKeys(database: Database, keyRing: KeyRing, instanceId: string): Promise<void> {
  const meta = database.repository(Meta);
  const rows = await meta.findBy({ key: In([KEY_CHECK, LOOKUP_KEYS]) });
  const stored = new Map(rows.map(({ key, value }) => [key, value]));
  const [check = '', previousCheck] = keyRing.hashes('key-check', instanceId);
  if (stored.get(KEY_CHECK) !== check) await meta.upsert([{ key: KEY_CHECK, value: check }], ['key']);
  const lookupKeys = stored.get(LOOKUP_KEYS);
  if (lookupKeys !== undefined) {
    const opened = keyRing.open('lookup-key-sealing', instanceId, lookupKeys);
    keyRing.recogniseLookupKeys(opened.split(' ').map((key) => Buffer.from(key, 'base64url')));
  }
  if (previousCheck === undefined) return;
  const earlier = keyRing.earlierLookupKeys().map((key) => key.toString('base64url'));
  await meta.upsert(
    [
      { key: KEY_CHECK_PREVIOUS, value: `${previousCheck} ${randomUUID()}` },
      { key: LOOKUP_KEYS, value: keyRing.seal('lookup-key-sealing', instanceId, earlier.join(' ')) },
    ],
    ['key'],
  );
}
