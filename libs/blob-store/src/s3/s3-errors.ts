import { BlobStoreError, type BlobStoreErrorCode } from '../blob-store-error.js';

/** What servers answer where a quota or the device behind them is full: Ceph, versitygw, MinIO, and HTTP's own word. */
const NO_SPACE_NAMES = new Set([
  'QuotaExceeded',
  'XMinioAdminBucketQuotaExceeded',
  'XMinioStorageFull',
  'InsufficientCapacity',
]);
const NO_SPACE_STATUS = 507;
const ABSENT_NAMES = new Set(['NoSuchKey', 'NotFound']);

interface ServiceAnswer {
  readonly name: string;
  readonly status: number | undefined;
}

function answerOf(error: unknown): ServiceAnswer {
  if (typeof error !== 'object' || error === null) return { name: '', status: undefined };
  const { name, $metadata } = error as { name?: unknown; $metadata?: { httpStatusCode?: unknown } };
  const status = $metadata?.httpStatusCode;
  return { name: typeof name === 'string' ? name : '', status: typeof status === 'number' ? status : undefined };
}

export function isAbsent(error: unknown): boolean {
  return ABSENT_NAMES.has(answerOf(error).name);
}

/** The multipart upload was completed or aborted, by us or behind our back. */
export function isNoSuchUpload(error: unknown): boolean {
  return answerOf(error).name === 'NoSuchUpload';
}

/** A conditional write lost: the object is there already, or is not the one that was read (RFC 9110 §13.1). */
export function isPreconditionFailed(error: unknown): boolean {
  const { name, status } = answerOf(error);
  return status === 412 || name === 'PreconditionFailed' || name === 'ConditionalRequestConflict';
}

function isNoSpace(error: unknown): boolean {
  const { name, status } = answerOf(error);
  return status === NO_SPACE_STATUS || NO_SPACE_NAMES.has(name);
}

function codeOf(error: unknown): BlobStoreErrorCode {
  if (isNoSpace(error)) return 'no_space';
  return isAbsent(error) ? 'not_found' : 'io_failed';
}

/**
 * Wraps what the service said; an error that is one of ours already passes through. The client's own error carries the
 * request with its signature, so the cause is a short copy of it.
 */
export function toBlobStoreError(error: unknown, action: string): BlobStoreError {
  if (error instanceof BlobStoreError) return error;
  const { name, status } = answerOf(error);
  const text = error instanceof Error ? error.message : 'unknown';
  const cause = new ServiceError(
    describeS3Fault(error),
    `${name}${status === undefined ? '' : ` (${status})`}: ${text}`,
  );
  return new BlobStoreError(codeOf(error), `cannot ${action}`, { cause });
}

/** What an administrator can do about it; `isPassing` where waiting may help. */
export interface S3Fault {
  readonly isPassing: boolean;
  readonly reason: string;
}

/** What an administrator is told outlives the client's own error. */
class ServiceError extends Error {
  constructor(
    readonly fault: S3Fault,
    message: string,
  ) {
    super(message);
  }
}

export function describeS3Fault(error: unknown): S3Fault {
  if (error instanceof BlobStoreError) {
    return error.cause instanceof ServiceError ? error.cause.fault : { isPassing: false, reason: error.message };
  }
  const { name, status } = answerOf(error);
  if (name === 'NoSuchBucket') return { isPassing: false, reason: 'there is no such bucket' };
  if (name === 'CredentialsProviderError') return { isPassing: false, reason: 'there are no credentials' };
  if (status === 301 || status === 307) return { isPassing: false, reason: 'the bucket is in another region' };
  if (status === 401 || status === 403) return { isPassing: false, reason: `the service refuses us (${name})` };
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return { isPassing: true, reason: typeof code === 'string' ? code : name };
}

/** Runs an action of the store; whatever goes wrong, a bad key included, rejects with a `BlobStoreError`. */
export async function told<T>(action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toBlobStoreError(error, action);
  }
}

/** `undefined` in place of an object that is not there. */
export async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
