/** Half of the threads that Node has for files unless told otherwise. */
export const DEFAULT_PARALLEL_FLUSHES = 2;

/**
 * Lets only so many flushes run at a time, first come first served.
 *
 * A flush keeps one of Node's few file threads for as long as the device takes. With more uploads than threads, all of
 * them would wait for the device, and so would every open, stat and name look-up of the process.
 */
export class FlushGate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(parallel = DEFAULT_PARALLEL_FLUSHES) {
    this.#free = parallel;
  }

  async run<T>(flush: () => Promise<T>): Promise<T> {
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await flush();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#free += 1;
      } else {
        // The place is handed on, so that nobody who comes now can overtake.
        next();
      }
    }
  }
}
