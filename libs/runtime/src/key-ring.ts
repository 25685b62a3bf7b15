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
  | 'lookup-key-sealing'
  | 'receipt-signing'
  | 'self-test'
  | 'audit-sealing'
  | 'drain-sealing'
  | 'drain-tls-sealing'
  | 'drain-lookup'
  | 'session-sealing';

/** Secrets that only their owner has: refresh tokens, API keys, recovery codes, codes of links, keys of uploads. */
const LOOKUP: KeyPurpose = 'secret-lookup';

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
  private readonly previous: string | undefined;
  /** Look-up keys that were made from SECRET_KEYs before the previous one. */
  private formerLookupKeys: readonly KeyObject[] = [];

  constructor(
    private readonly current: string,
    previous?: string,
  ) {
    this.previous = previous === current ? undefined : previous;
  }

  get hasPrevious(): boolean {
    return this.previous !== undefined;
  }

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
    const former = purpose === LOOKUP ? this.formerLookupKeys : [];
    return [...this.keyObjects(purpose), ...former].map((key) => createHmac('sha256', key).update(text).digest('hex'));
  }

  /**
   * Look-up keys that were made from earlier SECRET_KEYs, the previous one's first. A hash of a secret that only its owner
   * has cannot be made anew: it is found by the key that made it. Such a key opens nothing and tells nothing to who does
   * not have the secret, so it may outlive its SECRET_KEY, sealed with the current one.
   */
  earlierLookupKeys(): Buffer[] {
    const [, ...previous] = this.keys(LOOKUP);
    return [...previous, ...this.formerLookupKeys.map((key) => key.export())];
  }

  /** From now on also recognises what these keys have hashed. */
  recogniseLookupKeys(keys: readonly Buffer[]): void {
    const own = this.keys(LOOKUP);
    this.formerLookupKeys = keys
      .filter((key) => !own.some((other) => other.equals(key)))
      .map((key) => createSecretKey(key));
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
    let failure: unknown;
    for (const key of this.keyObjects(purpose)) {
      try {
        return unseal(key, context, sealed);
      } catch (error) {
        failure = error;
      }
    }
    throw new Error('A sealed value could not be opened: it was made with another SECRET_KEY or was changed.', {
      cause: failure,
    });
  }

  /** Whether the current key opens it, so that it needs no other. */
  isSealedWithCurrent(purpose: KeyPurpose, context: string, sealed: string): boolean {
    try {
      unseal(this.derive(this.current, purpose), context, sealed);
      return true;
    } catch {
      return false;
    }
  }

  private keyObjects(purpose: KeyPurpose): KeyObject[] {
    const keys = [this.derive(this.current, purpose)];
    if (this.previous !== undefined) keys.push(this.derive(this.previous, purpose));
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

function unseal(key: KeyObject, context: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES));
  const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}
