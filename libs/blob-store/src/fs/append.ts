import { type AppendContext, runAppend } from '../append-run.js';
import type { AppendOptions, AppendResult } from '../blob-store.js';
import type { WorkGate } from '../work-gate.js';
import type { FileOperations } from './file-operations.js';
import { PartialWriter } from './partial-writer.js';

export interface FileAppendContext extends AppendContext {
  operations: FileOperations;
  flushes: WorkGate;
  /** Resolves once the names of the file are durable; absent where they are. */
  named?: Promise<void>;
}

/** Appends to an open file that ends at `offset`. Never rejects. */
export function appendToFile(
  context: FileAppendContext,
  fd: number,
  offset: number,
  source: AsyncIterable<Uint8Array>,
  options: AppendOptions,
): Promise<AppendResult> {
  const { operations, flushes, named } = context;
  const { onDurable } = options;
  return runAppend(
    context,
    (onFailure) => new PartialWriter({ operations, flushes, fd, offset, named, onDurable, onFailure }),
    source,
    options,
  );
}
