/** A part of a frame. */
export interface FramePart {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** Bytes that are looked at (`read`), or not (`skip`). */
type Step = { readonly read: number } | { readonly skip: number };

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const RUN_LENGTH_BLOCK = 1;

/**
 * Where the frames of a Zstandard text end (RFC 8878 §3.1), as the decompressor of Node.js stops after the first and would
 * lose those that follow.
 */
export class ZstdFrames {
  private frame = frameSteps();
  private step = nextStep(this.frame);
  private field: number[] = [];
  private skipped = 0;

  /** The parts in a chunk, in their order; a frame's last part is told. */
  push(chunk: Uint8Array): FramePart[] {
    const parts: FramePart[] = [];
    let from = 0;
    let at = 0;
    while (at < chunk.length) {
      at += this.take(chunk.subarray(at));
      if (this.step) continue;
      parts.push({ bytes: chunk.subarray(from, at), isLast: true });
      from = at;
      this.frame = frameSteps();
      this.step = nextStep(this.frame);
    }
    if (from < at) parts.push({ bytes: chunk.subarray(from, at), isLast: false });
    return parts;
  }

  /** Answers how many bytes it took. */
  private take(bytes: Uint8Array): number {
    const { step } = this;
    if (!step) return 0;
    const wanted = 'read' in step ? step.read - this.field.length : step.skip - this.skipped;
    const taken = Math.min(wanted, bytes.length);
    if ('read' in step) this.field.push(...bytes.subarray(0, taken));
    else this.skipped += taken;
    if (taken === wanted) {
      const field = this.field;
      this.field = [];
      this.skipped = 0;
      this.step = nextStep(this.frame, field);
    }
    return taken;
  }
}

type Steps = Generator<Step, void, readonly number[]>;

/** Undefined at the end of the frame. Steps of no bytes are gone over. */
function nextStep(frame: Steps, field: readonly number[] = []): Step | undefined {
  let result = frame.next(field);
  while (!result.done && 'skip' in result.value && result.value.skip === 0) result = frame.next([]);
  return result.done ? undefined : result.value;
}

function* frameSteps(): Steps {
  const magic = littleEndian(yield { read: 4 });
  // The last four bits are free.
  if (magic - (magic % 16) === SKIPPABLE_MAGIC) {
    yield { skip: littleEndian(yield { read: 4 }) };
    return;
  }
  // Nothing of ours: the decompressor says so.
  if (magic !== MAGIC) yield { skip: Number.POSITIVE_INFINITY };
  const descriptor = littleEndian(yield { read: 1 });
  yield { skip: headerBytes(descriptor) };
  for (let isLast = false; !isLast; ) {
    const block = littleEndian(yield { read: 3 });
    isLast = block % 2 === 1;
    yield { skip: ((block >> 1) & 3) === RUN_LENGTH_BLOCK ? 1 : block >> 3 };
  }
  yield { skip: (descriptor & 4) === 0 ? 0 : 4 };
}

/** Of the window, the dictionary and the size of the content (§3.1.1.1). */
function headerBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const contentSize = descriptor >> 6;
  const contentSizeBytes = contentSize === 0 ? Number(isSingleSegment) : 2 ** contentSize;
  return (isSingleSegment ? 0 : 1) + (DICTIONARY_ID_BYTES[descriptor & 3] ?? 0) + contentSizeBytes;
}

function littleEndian(bytes: readonly number[]): number {
  return bytes.reduce((value, byte, index) => value + byte * 256 ** index, 0);
}
