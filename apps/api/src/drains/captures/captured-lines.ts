import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { LineSplitter, type SplitLine } from '@logs-collector/archive-reader/line-splitter';

/** A line with its end. */
export interface CapturedLine {
  readonly bytes: Uint8Array;
  /** Not of the stream: it says that lines may be missing here. */
  readonly isGap: boolean;
}

export interface LineSource {
  /** The text of a session of the shuttle, until the signal. */
  open(signal: AbortSignal): Promise<Readable>;
  /** Epoch ms. */
  now(): number;
  /** Called when the stream broke off or could not be opened, and with undefined when it is there again. */
  onAway(error: unknown): void;
}

/** Comments of a session begin with a colon; no line does, as lines begin with their time. */
const COMMENT = 0x3a;
const LEFT_OUT = /^: (\d+) lines were left out/;
/** The shuttle says something every 15 seconds. */
const SILENCE_MS = 45_000;
const RETRY_MS = 1_000;
const MAX_LINE_BYTES = 16 * 1_024 * 1_024;
const CUT_MARK = Buffer.from(' … (cut)\n');

/**
 * The lines of a live stream until the signal, over broken connections and restarts of the shuttle. What was produced
 * meanwhile cannot be asked for again exactly once, so a line marks the place.
 */
export async function* capturedLines(source: LineSource, signal: AbortSignal): AsyncGenerator<readonly CapturedLine[]> {
  let awaySince: number | undefined;
  while (!signal.aborted) {
    try {
      const stream = await source.open(signal);
      if (awaySince !== undefined) {
        source.onAway(undefined);
        yield [interruption(awaySince, source.now())];
        awaySince = undefined;
      }
      yield* linesOf(stream);
    } catch (error) {
      if (!signal.aborted) source.onAway(error);
    }
    if (signal.aborted) break;
    awaySince ??= source.now();
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
  if (awaySince !== undefined) yield [interruption(awaySince, source.now())];
}

/** A line that did not come to its end is left out, with what would have followed it. */
async function* linesOf(stream: Readable): AsyncGenerator<readonly CapturedLine[]> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  const silence = setTimeout(() => stream.destroy(new Error('The shuttle has fallen silent.')), SILENCE_MS);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      silence.refresh();
      const lines = splitter.push(chunk).flatMap((line) => capturedLine(line) ?? []);
      if (lines.length > 0) yield lines;
    }
  } finally {
    clearTimeout(silence);
    stream.destroy();
  }
}

/** Undefined for a comment that tells nothing of the log. */
function capturedLine({ bytes, isCut }: SplitLine): CapturedLine | undefined {
  if (isCut) return { bytes: Buffer.concat([bytes, CUT_MARK]), isGap: false };
  if (bytes[0] !== COMMENT) return { bytes, isGap: false };
  const [, count] = LEFT_OUT.exec(Buffer.from(bytes).toString('utf8')) ?? [];
  return count === undefined
    ? undefined
    : gap(`${count} lines are missing here: they came faster than they could be taken`);
}

function interruption(from: number, to: number): CapturedLine {
  return gap(
    `the stream was interrupted from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}; lines may be missing here`,
  );
}

function gap(text: string): CapturedLine {
  return { bytes: Buffer.from(`… gap: ${text} …\n`), isGap: true };
}
