/**
 * `not_text`: these bytes are no text of lines. `damaged`: they end too early, or cannot be decompressed. `too_large`: they
 * decompress to more than is read.
 */
export type ReadErrorCode = 'not_text' | 'damaged' | 'too_large';

/** Why an archive cannot be read; the message is for whoever wants to read it, and says nothing of the machine. */
export class ReadError extends Error {
  constructor(
    readonly code: ReadErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ReadError';
  }
}
