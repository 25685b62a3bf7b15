import { type AppendContext, runAppend } from '../append-run.js';
import type { AppendOptions, AppendResult } from '../blob-store.js';
import type { WorkGate } from '../work-gate.js';
import type { FileOperations } from './file-operations.js';
import { PartialWriter } from './partial-writer.js';

export interface FileAppendContext extends AppendContext {
  operations: FileOperations;
  flushes: WorkGate;
}

/** Appends to an open file that ends at `offset`. Never rejects. */
export function appendToFile(
  context: FileAppendContext,
  fd: number,
  offset: number,
  source: AsyncIterable<Uint8Array>,
  options: AppendOptions,
): Promise<AppendResult> {
  const { operations, flushes } = context;
  const { onDurable } = options;
  return runAppend(
    context,
    (onFailure) => new PartialWriter({ operations, flushes, fd, offset, onDurable, onFailure }),
    source,
    options,
  );
}
