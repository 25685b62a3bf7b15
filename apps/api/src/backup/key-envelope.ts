import { readFileSync } from 'node:fs';
import { writeFileDurably } from '@logs-collector/runtime/durable-file';
import { Decrypter, Encrypter } from 'age-encryption';
import { BackupError } from './backup-error.js';

/** Short ones are guessed from a stolen copy, however slow each guess is made. */
const MIN_PASSPHRASE_LENGTH = 12;

/** Encrypts SECRET_KEY with a passphrase (age-encryption.org/v1, scrypt); `age -d` opens it without this program. */
export async function sealKey(path: string, secretKey: string, passphrase: string): Promise<void> {
  if (passphrase.length < MIN_PASSPHRASE_LENGTH) {
    throw new BackupError(`The passphrase must have at least ${MIN_PASSPHRASE_LENGTH} characters.`);
  }
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  writeFileDurably(path, await encrypter.encrypt(`${secretKey}\n`));
}

export async function openKey(path: string, passphrase: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return (await decrypter.decrypt(readFileSync(path), 'text')).trim();
  } catch {
    throw new BackupError('The passphrase does not open the secret key of this backup.');
  }
}
