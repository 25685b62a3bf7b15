/** Why the server cannot start, in words for the administrator and without secrets: shown as one line, without a stack. */
export class StartUpError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`The server could not start: ${reason}`, options);
    this.name = 'StartUpError';
  }
}
