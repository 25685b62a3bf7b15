/** Lets one caller in at a time, in the order in which they asked. Not re-entrant. */
export class FifoMutex {
  private tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    // The queue goes on whatever became of this turn; its caller learns of a failure through `result`.
    this.tail = result.catch(() => undefined);
    return result;
  }
}
