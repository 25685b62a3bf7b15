import type { AppendInterruption, AppendOptions } from './blob-store.js';
import type { SlabFiller } from './slab-filler.js';
import type { SourceReader } from './source-reader.js';

/** Moves a source into slabs until it ends, or may or can go on no further; says which. */
export async function pump(
  reader: SourceReader,
  filler: SlabFiller,
  { signal, maxBytes }: AppendOptions,
): Promise<AppendInterruption | undefined> {
  let room = maxBytes;
  for (;;) {
    const pulled = await reader.next();
    switch (pulled.kind) {
      case 'chunk':
        if (pulled.bytes.byteLength > room) {
          await filler.fill(pulled.bytes.subarray(0, room));
          return { reason: 'limit_exceeded' };
        }
        room -= pulled.bytes.byteLength;
        await filler.fill(pulled.bytes);
        break;
      case 'ended':
        return undefined;
      case 'failed':
        // The signal usually destroys the source too, which then fails on its own account.
        return signal.aborted
          ? { reason: 'aborted', cause: signal.reason }
          : { reason: 'source_failed', cause: pulled.cause };
      case 'stopped':
        return { reason: 'aborted', cause: signal.reason };
    }
  }
}
