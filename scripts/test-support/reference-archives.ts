import { createHash, type Hash, randomBytes } from 'node:crypto';

/** What the contract calls the receipt. */
export interface Receipt {
  id: string;
  file: string;
  ticket: string;
  name: string;
  size: number;
  sha256: string;
  time_create: string;
  receipt: string;
}

export interface Token {
  ticket: string;
  attempts: number;
  resolved: boolean;
}

/** One upload under way or finished. Its bytes are hashed as they come and kept nowhere. */
export class Upload {
  readonly id = randomBytes(16).toString('hex');
  offset = 0;
  receipt: Receipt | null = null;
  finalisingUntil = 0;
  /** Ends the writer at work, when there is one, with 409 `upload_locked`. */
  displace: (() => void) | null = null;
  readonly #hash: Hash = createHash('sha256');

  constructor(
    readonly token: string,
    readonly name: string,
    public length: number | null,
  ) {}

  append(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.offset += bytes.length;
  }

  sha256(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** The stored archives, and the rule that a repeated upload is the same archive. */
export class Archives {
  readonly stored: Receipt[] = [];

  store(ticket: string, token: Token, name: string, size: number, sha256: string): Receipt {
    const same = this.stored.find(
      (one) => one.ticket === ticket && one.name === name && one.size === size && one.sha256 === sha256,
    );
    if (same) return same;
    token.attempts -= 1;
    const id = String(this.stored.length + 1);
    const receipt: Receipt = {
      id,
      file: `http://localhost/api/v1/archives/${id}/download`,
      ticket,
      name,
      size,
      sha256,
      time_create: new Date().toISOString(),
      receipt: 'a signature',
    };
    this.stored.push(receipt);
    return receipt;
  }
}

/** `filename d2hhdA==,filetype dGV4dA==` */
export function metadata(header: string | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of (header ?? '').split(',')) {
    const [key = '', value = ''] = pair.trim().split(' ');
    found.set(key, Buffer.from(value, 'base64').toString('utf8'));
  }
  return found;
}

/** The part `file` of a multipart body, names decoded as browsers and curl encode them; null when there is none. */
export function filePart(contentType: string, body: Buffer): { name: string; bytes: Buffer } | null {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (!boundary) return null;
  const headEnd = body.indexOf('\r\n\r\n');
  const end = body.lastIndexOf(`\r\n--${boundary}--`);
  if (headEnd < 0 || end < headEnd) return null;
  const head = body.subarray(0, headEnd).toString('utf8');
  if (!/[; ]name="file"/.test(head)) return null;
  const raw = /filename="((?:[^"\\]|\\.)*)"/.exec(head)?.[1];
  if (raw === undefined) return null;
  const name = raw
    .replace(/\\(["\\])/g, '$1')
    .replaceAll('%22', '"')
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r');
  return { name, bytes: body.subarray(headEnd + 4, end) };
}
