/**
 * Recovery codes are 120 random bits each. ASVS 5.0.0-6.5.2 lets secrets of at least 112 bit be stored under a plain
 * hash; these are stored under a keyed one, so that one look-up finds a code and one conditional UPDATE spends it.
 * Codes of 50 bit would need ten Argon2 runs for every try.
 */
export const RECOVERY_CODE_COUNT = 10;
export const RECOVERY_CODE_BYTES = 15;

/** Crockford's base32, lower case: no i, l, o, u to mistake. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const GROUP = 4;

/** Fifteen bytes as `xxxx-xxxx-xxxx-xxxx-xxxx-xxxx`. */
export function formatRecoveryCode(bytes: Uint8Array): string {
  let bits = BigInt(0);
  for (const byte of bytes) bits = (bits << BigInt(8)) | BigInt(byte);
  const digits: string[] = [];
  for (let count = (bytes.length * 8) / 5; count > 0; count -= 1) {
    digits.unshift(ALPHABET[Number(bits & BigInt(31))] ?? '');
    bits >>= BigInt(5);
  }
  const groups: string[] = [];
  for (let start = 0; start < digits.length; start += GROUP) groups.push(digits.slice(start, start + GROUP).join(''));
  return groups.join('-');
}

/** As stored and compared: without separators, look-alikes folded as Crockford's base32 says. */
export function normaliseRecoveryCode(code: string): string {
  return code.replace(/[\s-]/g, '').toLowerCase().replace(/o/g, '0').replace(/[il]/g, '1');
}

export function isRecoveryCodeShaped(code: string): boolean {
  return /^[0-9a-hjkmnp-tv-z]{24}$/.test(normaliseRecoveryCode(code));
}
