/** What a piece, and a message, take besides their bytes. */
const PIECE_BYTES = 256;
const MESSAGE_BYTES = 1_024;
/** A flag that says whether the message is compressed, and four bytes of length. */
const PREFIX_BYTES = 5;

/**
 * Follows the messages of one stream through the pieces in which HTTP/2 brings them
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message), and knows which pieces gRPC keeps:
 * those of the message that is coming, and of the last one until the next begins.
 */
export class MessagePieces {
  /** Memory that the pieces take. */
  heldBytes = 0;
  /** Whether a message is compressed. */
  isCompressed = false;
  private prefixLeft = PREFIX_BYTES;
  private length = 0;
  private bodyLeft = 0;
  private memory: ArrayBufferLike | undefined;

  /** @returns whether a message begins in the piece. */
  add(piece: Buffer): boolean {
    const begun = this.countBegun(piece);
    const isBegun = begun > 0;
    if (isBegun) this.heldBytes = 0;
    // A piece keeps all the memory that it was read into: a single byte may keep 64 KiB.
    if (isBegun || piece.buffer !== this.memory) this.heldBytes += piece.buffer.byteLength;
    this.memory = piece.buffer;
    this.heldBytes += PIECE_BYTES + begun * MESSAGE_BYTES;
    return isBegun;
  }

  private countBegun(piece: Buffer): number {
    let begun = 0;
    for (let at = 0; at < piece.length; ) {
      if (this.bodyLeft > 0) {
        const bytes = Math.min(this.bodyLeft, piece.length - at);
        this.bodyLeft -= bytes;
        at += bytes;
        continue;
      }
      if (this.prefixLeft === PREFIX_BYTES) begun += 1;
      this.readPrefix(piece[at] ?? 0);
      at += 1;
    }
    return begun;
  }

  private readPrefix(byte: number): void {
    if (this.prefixLeft === PREFIX_BYTES) this.isCompressed ||= byte !== 0;
    else this.length = this.length * 256 + byte;
    this.prefixLeft -= 1;
    if (this.prefixLeft > 0) return;
    this.bodyLeft = this.length;
    this.length = 0;
    this.prefixLeft = PREFIX_BYTES;
  }
}
