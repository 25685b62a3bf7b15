import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { LineSplitter, type SplitLine } from '@logs-collector/archive-reader/line-splitter';

/** A line with its end. */
export interface CapturedLine {
  readonly bytes: Uint8Array;
  /** Not of the stream: it says that lines may be missing here. */
  readonly isGap: boolean;
}

/** What came at one time. */
export interface CapturedPart {
  /** None where the stream only showed that it is there. */
  readonly lines: readonly CapturedLine[];
  /** Epoch ms: the stream was heard until then, with these lines. */
  readonly heardAt: number;
}

export interface LineSource {
  /** The text of a session of the shuttle that announces itself, until the signal. */
  open(signal: AbortSignal): Promise<Readable>;
  /** Epoch ms. */
  now(): number;
  /** Called when the stream broke off or could not be opened, and with undefined when the shuttle listens (again). */
  onAway(error: unknown): void;
}

/** Comments of a session begin with a colon; no line does, as lines begin with their time. */
const COMMENT = 0x3a;
const LEFT_OUT = /^: (\d+) lines were left out/;
const LISTENING = ': listening\n';
/** The shuttle says something every 15 seconds. */
const SILENCE_MS = 45_000;
const RETRY_MS = 1_000;
/** One that lasted so long is opened anew at once: a shuttle that restarts has others beside it. */
const STEADY_MS = 10_000;
const MAX_LINE_BYTES = 16 * 1_024 * 1_024;
const CUT_MARK = Buffer.from(' … (cut)\n');

/**
 * The lines of a live stream until the signal, over broken connections and restarts of the shuttle. What was produced
 * meanwhile cannot be asked for again exactly once, so a line marks the place: what is missing there came after the stream
 * was last heard, and before the shuttle listened again. Begins with such a line where it was last heard at `heardAt` (epoch ms).
 */
export async function* capturedLines(
  source: LineSource,
  signal: AbortSignal,
  heardAt?: number,
): AsyncGenerator<CapturedPart> {
  let lastHeardAt = heardAt ?? source.now();
  let isAway = heardAt !== undefined;
  let hasListened = false;
  while (!signal.aborted) {
    let listensSince: number | undefined;
    try {
      for await (const lines of linesOf(await source.open(signal))) {
        const now = source.now();
        if (listensSince === undefined) source.onAway(undefined);
        listensSince ??= now;
        hasListened = true;
        if (isAway) yield { lines: [interruption(lastHeardAt, now)], heardAt: now };
        isAway = false;
        lastHeardAt = now;
        yield { lines, heardAt: now };
      }
    } catch (error) {
      if (!signal.aborted) source.onAway(error);
    }
    if (signal.aborted) break;
    isAway = true;
    const isSteady = listensSince !== undefined && source.now() - listensSince >= STEADY_MS;
    if (!isSteady) await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
  if (isAway || !hasListened) {
    const now = source.now();
    yield { lines: [interruption(lastHeardAt, now)], heardAt: now };
  }
}

/**
 * Once the shuttle listens, an answer for each time that something came. A line that did not come to its end is left out, with
 * what would have followed it.
 */
async function* linesOf(stream: Readable): AsyncGenerator<readonly CapturedLine[]> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  const listen = () => setTimeout(() => stream.destroy(new Error('The shuttle has fallen silent.')), SILENCE_MS);
  let silence = listen();
  let isListening = false;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      // While nobody listens, nobody is silent: what came may wait for the store.
      clearTimeout(silence);
      const split = splitter.push(chunk);
      const lines = split.flatMap((line) => capturedLine(line) ?? []);
      isListening ||= lines.length > 0 || split.some(saysThatItListens);
      if (isListening) yield lines;
      silence = listen();
    }
  } finally {
    clearTimeout(silence);
    stream.destroy();
  }
}

function saysThatItListens({ bytes }: SplitLine): boolean {
  return bytes.length === LISTENING.length && Buffer.from(bytes).toString('latin1') === LISTENING;
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
