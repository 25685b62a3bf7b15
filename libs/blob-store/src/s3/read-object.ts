import type { S3Bucket } from './s3-bucket.js';
import { toBlobStoreError } from './s3-errors.js';

/** Breaks in a row after which a reader gives up; one that moved in between begins to count anew. */
const MAX_BREAKS = 4;

/** An object's bytes from `start` to before `end`. Where the connection breaks, it goes on behind the last byte. */
export async function* readObject(
  bucket: S3Bucket,
  name: string,
  { start, end }: { start: number; end: number },
  action: string,
): AsyncGenerator<Uint8Array> {
  let breaks = 0;
  for (let place = start; place < end; ) {
    const before = place;
    try {
      for await (const chunk of await bucket.stream(name, place, end)) {
        place += (chunk as Uint8Array).byteLength;
        yield chunk as Uint8Array;
      }
      if (place < end) throw new Error('the object ended too early');
    } catch (error) {
      breaks = place > before ? 1 : breaks + 1;
      const failure = toBlobStoreError(error, action);
      if (failure.code === 'not_found' || breaks >= MAX_BREAKS) throw failure;
    }
  }
}
