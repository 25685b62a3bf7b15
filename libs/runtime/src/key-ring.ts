import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/**
 * What a derived key is for. Each purpose has a key of its own (HKDF-SHA-256, RFC 5869), so that a leak or a misuse
 * in one place says nothing about another.
 */
export type KeyPurpose =
  | 'access-token'
  | 'token-lookup'
  | 'token-sealing'
  | 'totp-sealing'
  | 'secret-lookup'
  | 'key-check'
  | 'receipt-signing';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Everything made from SECRET_KEY: sealing (AES-256-GCM) and keyed hashes (HMAC-SHA-256) by purpose.
 * New values are always made with the current key; the previous key, where given, only opens and recognises old ones.
 */
export class KeyRing {
  /** As key objects: given plain bytes, node:crypto takes ten times as long over every small value. */
  private readonly derived = new Map<string, KeyObject>();

  constructor(
    private readonly current: string,
    private readonly previous?: string,
  ) {}

  /** The current key for one purpose, 32 bytes. */
  key(purpose: KeyPurpose): Buffer {
    return this.derive(this.current, purpose).export();
  }

  /** Keys that may have made a value we meet, the current one first. */
  keys(purpose: KeyPurpose): Buffer[] {
    return this.keyObjects(purpose).map((key) => key.export());
  }

  /**
   * A keyed hash for looking a secret up by equality (hex). A reader of the database cannot compute it, and nobody
   * without the key can steer it, so index timing tells nothing.
   */
  hash(purpose: KeyPurpose, text: string): string {
    return createHmac('sha256', this.derive(this.current, purpose)).update(text).digest('hex');
  }

  /** The hashes under which `text` may be stored, the current key's first. */
  hashes(purpose: KeyPurpose, text: string): string[] {
    return this.keyObjects(purpose).map((key) => createHmac('sha256', key).update(text).digest('hex'));
  }

  /** Seals `text` so that it opens only for the same purpose and the same `context` (the id of its row). */
  seal(purpose: KeyPurpose, context: string, text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.derive(this.current, purpose), nonce).setAAD(
      Buffer.from(context),
    );
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
  }

  /** Undoes `seal`; throws where the key, the purpose, the context or the text is not what was sealed. */
  open(purpose: KeyPurpose, context: string, sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
    const tag = bytes.subarray(-TAG_BYTES);
    let failure: unknown;
    for (const key of this.keyObjects(purpose)) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (error) {
        failure = error;
      }
    }
    throw new Error('A sealed value could not be opened: it was made with another SECRET_KEY or was changed.', {
      cause: failure,
    });
  }

  private keyObjects(purpose: KeyPurpose): KeyObject[] {
    const keys = [this.derive(this.current, purpose)];
    if (this.previous) keys.push(this.derive(this.previous, purpose));
    return keys;
  }

  private derive(secret: string, purpose: KeyPurpose): KeyObject {
    const cacheKey = `${secret === this.current ? 'current' : 'previous'}:${purpose}`;
    const known = this.derived.get(cacheKey);
    if (known) return known;
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, 'logs-collector', purpose, KEY_BYTES)));
    this.derived.set(cacheKey, key);
    return key;
  }
}
