import type { Slots } from '@logs-collector/runtime/slots';
import { type AppendContext, runAppend } from '../append-run.js';
import type { AppendOptions, AppendResult } from '../blob-store.js';
import { BlobStoreError } from '../blob-store-error.js';
import { type FileOperations, OPEN } from './file-operations.js';
import type { OpenPartial, OpenPartials } from './open-partials.js';
import type { PartialFiles } from './partial-files.js';
import { PartialWriter } from './partial-writer.js';

export interface FileAppendContext extends AppendContext {
  operations: FileOperations;
  flushes: Slots;
  partials: PartialFiles;
  open: OpenPartials;
}

export interface FileAppend {
  partial: string;
  offset: number;
  source: AsyncIterable<Uint8Array>;
  options: AppendOptions;
}

/** Takes the partial's file, appends, and gives it back. Rejects only where nothing could be appended. */
export async function appendToPartial(context: FileAppendContext, append: FileAppend): Promise<AppendResult> {
  const { operations, partials, open } = context;
  const { partial, options } = append;
  const { epoch } = options;
  let file = await open.take(partial, epoch - 1);
  try {
    const { path, isNext } = await partials.take(partial, epoch);
    let isOurs = true;
    let result: AppendResult;
    try {
      if (file === undefined || !isNext) {
        await open.close(file);
        file = undefined;
        file = { fd: await operations.open(path, OPEN.readWrite), epoch };
      }
      result = await writeInto(context, file, append);
    } finally {
      isOurs = await partials.giveBack(partial, epoch, path);
    }
    if (result.interrupted !== undefined) {
      return result;
    }
    if (!isOurs) {
      return { ...result, interrupted: { reason: 'superseded' } };
    }
    const { fd } = file;
    file = undefined;
    await open.keep(partial, { fd, epoch });
    return result;
  } finally {
    await open.close(file);
  }
}

async function writeInto(
  context: FileAppendContext,
  { fd }: OpenPartial,
  { partial, offset, source, options }: FileAppend,
): Promise<AppendResult> {
  const { operations, flushes, partials } = context;
  await cutTo(operations, fd, offset);
  const { onDurable } = options;
  // A durable offset that is known shows that the names are durable, whichever process has seen to it.
  const named = offset === 0 ? partials.syncNames(partial) : undefined;
  return runAppend(
    context,
    (onFailure) => new PartialWriter({ operations, flushes, fd, offset, named, onDurable, onFailure }),
    source,
    options,
  );
}

/**
 * Brings the file to exactly `offset` bytes. A crash may have left more, which nobody was told of and which may be
 * holes or half a write.
 */
async function cutTo(operations: FileOperations, fd: number, offset: number): Promise<void> {
  const size = Number((await operations.fstat(fd)).size);
  if (!(Number.isSafeInteger(offset) && offset >= 0 && offset <= size)) {
    throw new BlobStoreError('offset_beyond_end', `there is no offset ${offset} in a partial of ${size} bytes`);
  }
  if (size > offset) {
    await operations.ftruncate(fd, offset);
  }
}
