export type DigestAlgorithm = 'sha256' | 'sha1';

/**
 * A digest computed off the event loop while bytes pass by. Its state lives in a worker, so it can outlast one request
 * and be continued by the next append of the same upload.
 */
export interface RunningDigest {
  readonly algorithm: DigestAlgorithm;
  /** How many bytes it has seen. Bytes fed by an append that failed count too: compare before continuing. */
  readonly bytes: number;
  /**
   * Feeds bytes, which must not change until the promise resolves. Bytes on shared memory are hashed where they lie,
   * others are copied. Never rejects, because a broken digest is no reason to lose an upload: a digest that failed
   * says so at `fork` and `finish`. After `finish` or `dispose` it does nothing.
   */
  update(bytes: Uint8Array): Promise<void>;
  /** An independent copy of the present state, to go back to when a chunk turns out to be wrong. */
  fork(): Promise<RunningDigest>;
  /** The digest as lower-case hex. The digest cannot be used afterwards. */
  finish(): Promise<string>;
  /** Forgets the state. Idempotent, also after `finish`. */
  dispose(): void;
}
