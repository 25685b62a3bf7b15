/**
 * How packets stand one after the other in a stream.
 *
 * `newline`: each ends with a line feed (RFC 6587, section 3.4.2); `octet`: the length before each (RFC 6587, section
 * 3.4.1, and RFC 5425, section 4.3); `logplex`: the length, which counts the line feed at the end too.
 */
export type Framing = 'newline' | 'octet' | 'logplex';

const LINE_FEED = 0x0a;

/** All of them, one after the other. */
export function framed(packets: readonly Buffer[], framing: Framing): Buffer {
  const hasLineFeed = framing !== 'octet';
  const prefixes =
    framing === 'newline' ? undefined : packets.map(({ byteLength }) => `${byteLength + (hasLineFeed ? 1 : 0)} `);
  let size = hasLineFeed ? packets.length : 0;
  for (const { byteLength } of packets) size += byteLength;
  for (const { length } of prefixes ?? []) size += length;
  // Not of the pool that packets are cut from: a pool is kept for as long as anything of it is, and packets stay for longer.
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  let index = 0;
  for (const packet of packets) {
    const prefix = prefixes?.[index];
    index += 1;
    if (prefix !== undefined) at += bytes.write(prefix, at, 'latin1');
    bytes.set(packet, at);
    at += packet.byteLength;
    if (hasLineFeed) {
      bytes[at] = LINE_FEED;
      at += 1;
    }
  }
  return bytes;
}
