import { BlobStoreError } from '@logs-collector/blob-store/blob-store-error';
import { CodedError, errorKind, retryAfter } from '../../common/errors/coded-error.js';
import { edgeErrors } from '../../common/http/edge.errors.js';
import type { BodyFailures } from '../../common/http/request-body.js';

const kinds = {
  fileMissing: errorKind('file_missing', 400, 'There is no file'),
  fileEmpty: errorKind('file_empty', 400, 'The file is empty'),
  severalFiles: errorKind('several_files', 400, 'There is more than one file'),
  multipartBroken: errorKind('multipart_broken', 400, 'The form data is damaged'),
  bodyCut: errorKind('body_cut', 400, 'The body ended too early'),
  headerInvalid: errorKind('upload_header_invalid', 400, 'An upload header is not right'),
  bodyTimeout: errorKind('body_timeout', 408, 'The body stood still'),
  // Whoever loses this answer asks with HEAD, and learns the same.
  offsetMismatch: errorKind('upload_offset_mismatch', 409, 'The upload stands at another offset', { isUrgent: true }),
  locked: errorKind('upload_locked', 409, 'A newer request continues this upload'),
  finished: errorKind('upload_finished', 409, 'The upload is finished'),
  tusVersion: errorKind('tus_version_unsupported', 412, 'Another version of tus is needed'),
  tooLarge: errorKind('archive_too_large', 413, 'The file is too large'),
  lengthExceeded: errorKind('upload_length_exceeded', 413, 'There are more bytes than announced'),
  keyReused: errorKind('upload_key_reused', 422, 'The key belongs to another file'),
  digestMismatch: errorKind('digest_mismatch', 422, 'The bytes are not those that were announced'),
  checksumMismatch: errorKind('checksum_mismatch', 460, 'The chunk arrived damaged'),
  uploadNotFound: errorKind('upload_not_found', 404, 'There is no such upload'),
  tooManyUploads: errorKind('too_many_uploads', 429, 'Too many uploads at once'),
  busy: errorKind('upload_busy', 503, 'The upload cannot go on at the moment'),
  finishing: errorKind('upload_finishing', 503, 'The upload is being finished', { isPlanned: true }),
  noSpace: errorKind('storage_full', 507, 'There is not enough space'),
};

const FINISHING_RETRY_MS = 2_000;
const BUSY_RETRY_MS = 5_000;
const FULL_RETRY_MS = 60_000;

/** What customers are told. Every text says what it means for their file and what to do. */
export const intakeErrors = {
  fileMissing: () =>
    new CodedError(kinds.fileMissing, 'Send the file as the form part "file". Nothing was counted against your token.'),
  fileEmpty: () => new CodedError(kinds.fileEmpty, 'The file has no bytes. Nothing was counted against your token.'),
  severalFiles: () => new CodedError(kinds.severalFiles, 'Send one file in each request. Nothing was stored.'),
  multipartBroken: (cause?: unknown) =>
    new CodedError(kinds.multipartBroken, 'The form data is not complete or not well formed. Nothing was stored.', {
      cause,
    }),
  bodyCut: (cause?: unknown) =>
    new CodedError(kinds.bodyCut, 'The connection ended before all bytes had arrived.', { cause }),
  headerInvalid: (header: string, expected: string) =>
    new CodedError(kinds.headerInvalid, `${header} must be ${expected}.`),
  bodyTimeout: () =>
    new CodedError(
      kinds.bodyTimeout,
      'No bytes came for too long. What has arrived is kept where the upload can be continued.',
    ),
  offsetMismatch: (offset: number) =>
    new CodedError(kinds.offsetMismatch, `The upload stands at byte ${offset}; continue there.`, {
      headers: { 'Upload-Offset': String(offset) },
      members: { offset },
    }),
  locked: () => new CodedError(kinds.locked, 'A newer request continues this upload; this one was ended.'),
  sameKey: () =>
    new CodedError(kinds.locked, 'A request with the same Idempotency-Key is under way; ask again when it has ended.', {
      headers: retryAfter(BUSY_RETRY_MS),
    }),
  keyReused: (header: 'Upload-Key' | 'Idempotency-Key') =>
    new CodedError(
      kinds.keyReused,
      `This ${header} was used for another file. Send another one for each file. Nothing was stored or counted.`,
    ),
  finished: () => new CodedError(kinds.finished, 'The upload is finished and has become an archive.'),
  tusVersion: () =>
    new CodedError(kinds.tusVersion, 'Send Tus-Resumable: 1.0.0.', { headers: { 'Tus-Version': '1.0.0' } }),
  tooLarge: (limit: number) =>
    new CodedError(kinds.tooLarge, `A file may have ${limit} bytes at most. Nothing was counted against your token.`, {
      headers: { 'Upload-Limit': `max-size=${limit}` },
      members: { limit },
    }),
  lengthExceeded: (length: number) =>
    new CodedError(kinds.lengthExceeded, `The upload was announced with ${length} bytes, and more came.`, {
      members: { limit: length },
    }),
  digestMismatch: () =>
    new CodedError(
      kinds.digestMismatch,
      'The SHA-256 of what arrived is not the one you announced. It was thrown away; send it again.',
    ),
  checksumMismatch: () =>
    new CodedError(kinds.checksumMismatch, 'The checksum of this chunk does not match; send the chunk again.'),
  uploadNotFound: () =>
    new CodedError(kinds.uploadNotFound, 'There is no such upload. It may have expired; begin again.'),
  tooManyUploads: (limit: number) =>
    new CodedError(kinds.tooManyUploads, `At most ${limit} uploads may run from one address at once.`, {
      headers: retryAfter(BUSY_RETRY_MS),
    }),
  busy: (cause?: unknown) =>
    new CodedError(kinds.busy, 'The upload cannot go on at the moment; nothing is lost.', {
      headers: retryAfter(BUSY_RETRY_MS),
      cause,
    }),
  finishing: () =>
    new CodedError(kinds.finishing, 'All bytes are there; the archive is being made.', {
      headers: retryAfter(FINISHING_RETRY_MS),
    }),
  shuttingDown: () =>
    edgeErrors.shuttingDown('The server is restarting. What has arrived is kept where the upload can be continued.'),
  noSpace: (needed: number | null, free: number, cause?: unknown) =>
    new CodedError(
      kinds.noSpace,
      needed === null
        ? `The server has no space left for more (${Math.max(0, free)} bytes). Tell the support team.`
        : `The file needs ${needed} bytes and the server can take ${Math.max(0, free)}. Tell the support team.`,
      { headers: retryAfter(FULL_RETRY_MS), members: { needed, free: Math.max(0, free) }, cause },
    ),
};

/** What a customer is told where the store has failed; anything else is passed on. */
export function storeFailure(error: unknown): unknown {
  if (!(error instanceof BlobStoreError)) return error;
  return error.code === 'no_space' ? intakeErrors.noSpace(null, 0, error) : intakeErrors.busy(error);
}

/** What the body of an upload fails with. */
export const bodyFailures: BodyFailures = { cut: intakeErrors.bodyCut, standsStill: intakeErrors.bodyTimeout };
