/** How long an upload holds its attempt without a byte moving. */
export const LEASE_MS = 15 * 60_000;

/** How long a repeated upload of the very same bytes gets the answer of the first. */
export const REPLAY_WINDOW_MS = 24 * 60 * 60_000;

/** What a form may add to its file: boundaries, headers, other fields. */
const MAX_FORM_OVERHEAD_BYTES = 1024 * 1024;

/** The least that a file can have whose form announces so many bytes; 1 where nothing can be said. */
export function leastFileBytes(formBytes: number): number {
  return Math.max(1, formBytes - MAX_FORM_OVERHEAD_BYTES);
}

export interface SpaceQuestion {
  /** Null where the client has not said how many bytes will come. */
  readonly declaredBytes: number | null;
  /** Bytes that may still be written. */
  readonly usableBytes: number;
  /** Bytes that other uploads under way have declared and not yet written. */
  readonly reservedBytes: number;
}

/** Whether there is room for one more upload, as far as it can be known before its first byte. */
export function hasRoom(question: SpaceQuestion): boolean {
  const left = question.usableBytes - question.reservedBytes;
  return question.declaredBytes === null ? left > 0 : question.declaredBytes <= left;
}

/** What is known of a file before, or from an earlier request for, its upload. */
export interface FileFacts {
  readonly name: string | null;
  /** The name tells nothing, as the client gave none. */
  readonly isNameMade?: boolean;
  readonly declaredBytes: number | null;
  readonly sha256?: string | null;
}

/** Whether two requests plainly speak of different files; a fact that one of them lacks tells nothing. */
export function areOtherFiles(one: FileFacts, other: FileFacts): boolean {
  const differs = <Fact>(a: Fact | null | undefined, b: Fact | null | undefined): boolean =>
    a !== null && a !== undefined && b !== null && b !== undefined && a !== b;
  const haveNames = !one.isNameMade && !other.isNameMade;
  return (
    (haveNames && differs(one.name, other.name)) ||
    differs(one.declaredBytes, other.declaredBytes) ||
    differs(one.sha256, other.sha256)
  );
}

/** A size as headers carry it: decimal digits, a safe integer. Undefined for anything else (`-1`, `1e3`, `0x10`, `1,2`). */
export function parseByteCount(text: string): number | undefined {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The SHA-256 of a `Repr-Digest` or `Content-Digest` field (RFC 9530 §2) as hex; undefined where it names none. */
export function sha256OfDigestField(field: string): string | undefined {
  const encoded = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(field)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('hex');
}

/** A SHA-256 in hex as `Repr-Digest` says it. */
export function digestField(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/;

/** A declared media type without its parameters, or the one that says nothing. */
export function cleanMediaType(given: string | undefined): string {
  const type = given?.split(';')[0]?.trim().toLowerCase() ?? '';
  return MEDIA_TYPE.test(type) ? type : 'application/octet-stream';
}
