export type BlobStoreErrorCode =
  | 'not_found'
  | 'offset_beyond_end'
  /** A writer with a higher epoch has come. */
  | 'superseded'
  /** A process that stands still has the partial, and it cannot be taken from it. */
  | 'in_use'
  /** A commit named a key that other bytes already have; they are never overwritten. */
  | 'key_taken'
  | 'no_space'
  | 'read_only'
  | 'io_failed'
  | 'invalid_key';

/** What a store could not do. `cause` is the system's own error, for the log and never for a client. */
export class BlobStoreError extends Error {
  constructor(
    readonly code: BlobStoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'BlobStoreError';
  }
}
