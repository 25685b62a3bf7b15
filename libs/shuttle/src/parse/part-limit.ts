/** Brokers take no larger batch unless they were told to; compressed, a record in it may still have any size. */
export const LARGE_RECORD_BYTES = 1_048_576;
/** The record of a line has some dozen. As objects, millions of them would not fit into the memory of the process. */
const MAX_PARTS = 100_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;

/** Whether a large JSON text has more parts than can be held; how long its strings are does not matter. */
export function hasTooManyParts(bytes: Buffer): boolean {
  if (bytes.byteLength <= LARGE_RECORD_BYTES) return false;
  let parts = 0;
  for (let at = 0; at < bytes.byteLength && parts <= MAX_PARTS; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === COMMA || byte === OPENING_BRACKET || byte === OPENING_BRACE) parts += 1;
  }
  return parts > MAX_PARTS;
}

/** Where the closing quote is of the string that begins with the one at `start`. */
function endOfString(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(QUOTE, start + 1);
  while (end >= 0 && isEscaped(bytes, end)) end = bytes.indexOf(QUOTE, end + 1);
  return end < 0 ? bytes.byteLength : end;
}

function isEscaped(bytes: Buffer, at: number): boolean {
  let first = at;
  while (bytes[first - 1] === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}
