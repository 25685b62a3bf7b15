import type { FastifyRequest } from 'fastify';
import { intakeErrors } from './intake.errors.js';
import { parseByteCount, sha256OfDigestField } from './intake.rules.js';

const MAX_KEY_LENGTH = 200;

/** A header's one value; a repeated header is refused, because two sides could read it differently. */
export function singleHeader(request: FastifyRequest, name: string): string | undefined {
  const lowerName = name.toLowerCase();
  const count = request.raw.rawHeaders.filter(
    (text, index) => index % 2 === 0 && text.toLowerCase() === lowerName,
  ).length;
  if (count > 1) throw intakeErrors.headerInvalid(name, 'given once');
  const value = request.headers[lowerName];
  return typeof value === 'string' ? value : undefined;
}

/** Null where the header is absent. */
export function byteCountHeader(request: FastifyRequest, name: string): number | null {
  const text = singleHeader(request, name);
  if (text === undefined) return null;
  const bytes = parseByteCount(text.trim());
  if (bytes === undefined) throw intakeErrors.headerInvalid(name, 'a number of bytes in decimal digits');
  return bytes;
}

/** The SHA-256 that the client announces in `Repr-Digest` (RFC 9530), as hex. */
export function announcedSha256(request: FastifyRequest): string | undefined {
  const field = singleHeader(request, 'Repr-Digest');
  if (field === undefined) return undefined;
  const sha256 = sha256OfDigestField(field);
  if (sha256 === undefined) throw intakeErrors.headerInvalid('Repr-Digest', 'sha-256=:base64:');
  return sha256;
}

/** A secret by which the client names its upload, bound to the door that it is used at. */
export function clientKeyHeader(request: FastifyRequest, name: 'Upload-Key' | 'Idempotency-Key'): string | undefined {
  const value = singleHeader(request, name)?.trim();
  if (!value) return undefined;
  if (value.length > MAX_KEY_LENGTH) throw intakeErrors.headerInvalid(name, `at most ${MAX_KEY_LENGTH} characters`);
  return `${name}:${value}`;
}
