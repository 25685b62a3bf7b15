/**
 * How packets stand one after the other in a stream.
 *
 * `newline`: each ends with a line feed (RFC 6587, section 3.4.2); `octet`: the length before each (RFC 6587, section
 * 3.4.1, and RFC 5425, section 4.3); `logplex`: the length, which counts the line feed at the end too.
 */
export type Framing = 'newline' | 'octet' | 'logplex';

const LINE_FEED = Buffer.from('\n');

/** The parts to be written for one packet, in order; the packet itself is not copied. */
export function framed(packet: Buffer, framing: Framing): readonly Buffer[] {
  switch (framing) {
    case 'newline':
      return [packet, LINE_FEED];
    case 'octet':
      return [Buffer.from(`${packet.byteLength} `), packet];
    case 'logplex':
      return [Buffer.from(`${packet.byteLength + 1} `), packet, LINE_FEED];
  }
}
