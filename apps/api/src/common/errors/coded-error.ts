/**
 * An error that a client may see. Every kind is declared once, in a `<feature>.errors.ts`, with a stable code;
 * `docs/errors.md` lists them all and a test holds the two together.
 */
export interface ErrorKind {
  /** Stable, snake_case; what programs compare. */
  readonly code: string;
  readonly status: number;
  /** Short and the same for every occurrence (RFC 9457 §3.1.4). */
  readonly title: string;
  /** It belongs to normal operation, whatever its status says: nobody has to look into it. */
  readonly isPlanned: boolean;
  /**
   * A client that is still sending is soon cut off. For answers without which it would do the same next: where it does
   * not read before all is sent, as browsers do not, the whole body would travel for nothing.
   */
  readonly isUrgent: boolean;
  /** A credential, a code or a token was not right; who guesses gets many of them. */
  readonly isAuthFailure: boolean;
}

export interface ErrorExtras {
  /** Headers of the answer, for example Retry-After. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document, snake_case. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** What caused it; for the log, never for the client. */
  readonly cause?: unknown;
}

export class CodedError extends Error {
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;

  /** `detail` is safe for the client and says what to do. */
  constructor(
    readonly kind: ErrorKind,
    readonly detail: string,
    extras: ErrorExtras = {},
  ) {
    super(detail, { cause: extras.cause });
    this.name = 'CodedError';
    this.headers = extras.headers ?? {};
    this.members = extras.members ?? {};
  }
}

const kinds = new Map<string, ErrorKind>();

/** Declares a kind of error; a code may be declared only once. */
export function errorKind(
  code: string,
  status: number,
  title: string,
  { isPlanned = false, isUrgent = false, isAuthFailure = false } = {},
): ErrorKind {
  if (kinds.has(code)) throw new Error(`The error code ${code} is declared twice.`);
  const kind = { code, status, title, isPlanned, isUrgent, isAuthFailure };
  kinds.set(code, kind);
  return kind;
}

/** Every kind declared by the modules loaded so far, by code. */
export function declaredErrorKinds(): ErrorKind[] {
  return [...kinds.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** Seconds for Retry-After, at least 1. */
export function retryAfter(milliseconds: number): Record<string, string> {
  return { 'Retry-After': String(Math.max(1, Math.ceil(milliseconds / 1_000))) };
}
