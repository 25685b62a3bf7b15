import type { Batch } from '../batch.js';

/** RFC 6587: octet counting (section 3.4.1) or a newline behind each message (3.4.2). */
export type Framing = 'octet' | 'newline';

const NEWLINE = 0x0a;

/** Every message of a batch as the stream wants it: `<length> <message>`, or `<message>\n`. */
export function frameForStream(batch: Batch, framing: Framing): Buffer {
  return framing === 'octet' ? concatenate(batch, 0) : concatenateLines(batch);
}

/** Logplex's HTTP body: `<length> <message>\n` for each, where the length counts the newline. */
export function frameForLogplex(batch: Batch): Buffer {
  return concatenate(batch, 1);
}

function concatenate(batch: Batch, newlines: 0 | 1): Buffer {
  const prefixes = batch.packets.map(({ packet }) => `${packet.byteLength + newlines} `);
  const size = batch.packets.reduce(
    (sum, { packet }, index) => sum + (prefixes[index]?.length ?? 0) + packet.byteLength + newlines,
    0,
  );
  const body = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [index, { packet }] of batch.packets.entries()) {
    at += body.write(prefixes[index] ?? '', at, 'latin1');
    at += packet.copy(body, at);
    if (newlines === 1) {
      body[at] = NEWLINE;
      at += 1;
    }
  }
  return body;
}

function concatenateLines({ packets }: Batch): Buffer {
  const body = Buffer.allocUnsafe(packets.reduce((sum, { packet }) => sum + packet.byteLength + 1, 0));
  let at = 0;
  for (const { packet } of packets) {
    at += packet.copy(body, at);
    body[at] = NEWLINE;
    at += 1;
  }
  return body;
}
