import type { RunningDigest } from './digest.js';

/** Chunks that a worker may have before it; one at a time would leave both sides waiting for each other. */
const AHEAD = 8;

/**
 * Feeds everything that `source` gives to a digest. Where the source fails it rejects, and the digest is disposed of; a
 * digest that fails says so at its end.
 */
export async function feedDigest(digest: RunningDigest, source: AsyncIterable<unknown>): Promise<void> {
  const underWay: Promise<void>[] = [];
  try {
    for await (const chunk of source) {
      underWay.push(digest.update(chunk as Uint8Array));
      if (underWay.length >= AHEAD) await underWay.shift();
    }
  } catch (error) {
    digest.dispose();
    throw error;
  }
  await Promise.all(underWay);
}
