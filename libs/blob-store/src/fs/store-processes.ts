import { randomBytes } from 'node:crypto';

const ID_BYTES = 8;

/** The processes that may work on one store, told apart by names that are never used twice. */
export interface StoreProcesses {
  /** The name of this one; from the first call on `isRunning` is true of it for every process. */
  own(): string;
  /**
   * Whether the process of that name may still do anything to a file. Only the kernel can say so of one that stands
   * still, so it is asked and not a clock.
   */
  isRunning(name: string): boolean;
}

export function newProcessName(): string {
  return randomBytes(ID_BYTES).toString('hex');
}

/** For a store that no second process opens: whatever else has left something there has ended. */
export function onlyProcess(): StoreProcesses {
  const name = newProcessName();
  return { own: () => name, isRunning: (other) => other === name };
}
