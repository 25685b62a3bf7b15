import type { TextLine } from '@logs-collector/archive-reader/line-source';
import { detectTimestamp } from '@logs-collector/archive-reader/timestamp-detector';

/** What the shuttle takes in one request. */
export interface ReplayBatch {
  /** https://github.com/ndjson/ndjson-spec */
  readonly body: string;
  readonly lines: number;
  /** Where the text goes on after it: bytes, decompressed. */
  readonly endOffset: number;
}

export interface BatchFacts {
  readonly ticketNumber: string;
  /** Epoch ms: about when the log was written. */
  readonly nearMs: number;
}

/** The shuttle's limits, with something to spare. */
const MAX_LINES = 5_000;
const MAX_BYTES = 4 * 1_024 * 1_024 - 4_096;
/** Of a line that its control characters make too long, in JSON six characters for one. */
const ESCAPED_CHARACTERS = 600_000;
const CUT = ' … (cut)';

/** Puts lines together to requests, in their order. */
export async function* replayBatches(
  lines: AsyncIterable<readonly TextLine[]>,
  facts: BatchFacts,
): AsyncGenerator<ReplayBatch> {
  let parts: string[] = [];
  let bytes = 0;
  let endOffset = 0;
  const take = (): ReplayBatch => {
    const batch = { body: parts.join(''), lines: parts.length, endOffset };
    parts = [];
    bytes = 0;
    return batch;
  };
  for await (const group of lines) {
    for (const line of group) {
      const part = recordOf(line, facts);
      const length = Buffer.byteLength(part);
      if (parts.length === MAX_LINES || bytes + length > MAX_BYTES) yield take();
      parts.push(part);
      bytes += length;
      endOffset = line.endOffset;
    }
  }
  if (parts.length > 0) yield take();
}

function recordOf({ text, isCut }: TextLine, { ticketNumber: ticket, nearMs }: BatchFacts): string {
  const time = detectTimestamp(text, nearMs);
  const written = (shown: string): string => `${JSON.stringify({ text: shown, time, structured_data: { ticket } })}\n`;
  const record = written(isCut ? `${text}${CUT}` : text);
  return Buffer.byteLength(record) > MAX_BYTES ? written(`${text.slice(0, ESCAPED_CHARACTERS)}${CUT}`) : record;
}
