import type { FastifyRequest } from 'fastify';
import { intakeErrors } from './intake.errors.js';
import { singleHeader } from './upload-headers.js';
import type { ChunkChecksum } from './upload-writer.js';

/** What the tus resumable upload protocol 1.0.0 says, as far as it is text in headers. */
export const TUS_VERSION = '1.0.0';
export const TUS_EXTENSIONS = 'creation,creation-with-upload,creation-defer-length,expiration,termination,checksum';
export const TUS_CHECKSUM_ALGORITHMS = 'sha1,sha256';
export const TUS_CONTENT_TYPE = 'application/offset+octet-stream';

const DIGEST_BYTES = { sha1: 20, sha256: 32 } as const;

export interface TusMetadata {
  readonly filename?: string;
  readonly filetype?: string;
  readonly sha256?: string;
}

/** "The Client MUST include the Tus-Resumable header in every request except OPTIONS" (core protocol). */
export function requireTusVersion(request: FastifyRequest): void {
  if (singleHeader(request, 'Tus-Resumable') !== TUS_VERSION) throw intakeErrors.tusVersion();
}

/**
 * Upload-Metadata: "one or more comma-separated key-value pairs. The key and value MUST be separated by a space. […]
 * The value MUST be Base64 encoded" (creation). Keys we do not know are ignored.
 */
export function parseMetadata(header: string | undefined): TusMetadata {
  const pairs = (header ?? '').split(',').map((pair) => pair.trim().split(' '));
  const values = new Map(pairs.map(([key = '', value = '']) => [key, Buffer.from(value, 'base64').toString('utf8')]));
  const sha256 = values.get('sha256')?.toLowerCase();
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw intakeErrors.headerInvalid('Upload-Metadata', 'with sha256 as 64 hexadecimal digits');
  }
  return {
    filename: values.get('filename') ?? values.get('name'),
    filetype: values.get('filetype') ?? values.get('type'),
    sha256,
  };
}

/** Upload-Checksum: "the name of the used checksum algorithm and the Base64 encoded checksum separated by a space". */
export function parseChecksum(header: string | undefined): ChunkChecksum | undefined {
  if (header === undefined) return undefined;
  const [algorithm = '', encoded = ''] = header.trim().split(' ');
  if (algorithm !== 'sha1' && algorithm !== 'sha256') {
    throw intakeErrors.headerInvalid('Upload-Checksum', `one of ${TUS_CHECKSUM_ALGORITHMS} and a base64 digest`);
  }
  const digest = Buffer.from(encoded, 'base64');
  if (digest.length !== DIGEST_BYTES[algorithm]) {
    throw intakeErrors.headerInvalid('Upload-Checksum', `a ${algorithm} digest in base64`);
  }
  return { algorithm, digest: digest.toString('hex') };
}

/** The method that is meant: "If this header is present its value MUST be interpreted as the request's method". */
export function overriddenMethod(request: FastifyRequest): string {
  return singleHeader(request, 'X-HTTP-Method-Override')?.toUpperCase() ?? request.method;
}
