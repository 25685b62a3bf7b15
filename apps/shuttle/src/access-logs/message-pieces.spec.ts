import { describe, expect, it } from '@jest/globals';
import { MessagePieces } from './message-pieces.js';

/** A message of `length` bytes with its prefix, in memory of its own. */
function message(length: number, flag = 0): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(length + 5));
  bytes.writeUInt8(flag);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

/** As it comes over the wire, in memory of its own. */
const copyOf = (bytes: Uint8Array) => Buffer.from(new Uint8Array(bytes).buffer);

describe('The pieces of messages', () => {
  it('are held until the message after theirs begins', () => {
    const pieces = new MessagePieces();
    const large = message(100_000);
    pieces.add(copyOf(large.subarray(0, 3)));
    pieces.add(copyOf(large.subarray(3, 60_000)));
    const half = pieces.heldBytes;
    expect(half).toBeGreaterThan(60_000);
    pieces.add(copyOf(large.subarray(60_000)));
    expect(pieces.heldBytes).toBeGreaterThan(100_000);
    expect(pieces.add(message(10))).toBe(true);
    expect(pieces.heldBytes).toBeLessThan(2_000);
  });

  it('count with all the memory that they keep, once', () => {
    const read = Buffer.from(new ArrayBuffer(65_536));
    message(1_000).copy(read);
    const pieces = new MessagePieces();
    pieces.add(read.subarray(0, 6));
    expect(pieces.heldBytes).toBeGreaterThan(65_000);
    pieces.add(read.subarray(6, 12));
    expect(pieces.heldBytes).toBeLessThan(70_000);
  });

  it('count where they have hardly a byte each, or a piece has thousands of messages without any', () => {
    const one = message(20_000);
    const pieces = new MessagePieces();
    for (let at = 0; at < 20_000; at += 1) pieces.add(one.subarray(at, at + 1));
    expect(pieces.heldBytes).toBeGreaterThan(20_000 * 200);
    const empty = new MessagePieces();
    expect(empty.add(Buffer.alloc(5 * 3_000))).toBe(true);
    expect(empty.heldBytes).toBeGreaterThan(3_000_000);
  });

  it('tell of a compressed message wherever it begins', () => {
    const pieces = new MessagePieces();
    const both = Buffer.concat([message(7), message(7, 1)]);
    pieces.add(both.subarray(0, 12));
    expect(pieces.isCompressed).toBe(false);
    pieces.add(both.subarray(12));
    expect(pieces.isCompressed).toBe(true);
  });
});
