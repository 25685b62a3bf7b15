import { constants, type Http2Stream } from 'node:http2';
import { Duplex } from 'node:stream';
import {
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from '@grpc/grpc-js';
import type { AccessLogCounts } from './access-log-counts.js';
import { type IntakeBudget, StreamShare } from './intake-budget.js';
import { MessagePieces } from './message-pieces.js';

/** A message together with the room that it takes until it is released. */
export interface MeteredMessage {
  readonly bytes: Buffer;
  release(): void;
}

/**
 * Lets calls read while the budget has room. Streams of Node would read 16 messages ahead of whoever handles them; here those
 * count as well, and what a call leaves unhandled is given back when it ends. What gRPC gathers of a message that has not
 * come to its end counts too.
 */
export function metered(budget: IntakeBudget, counts: AccessLogCounts): ServerInterceptor {
  return (_method, call) => {
    meterPieces(call, budget, counts);
    return new MeteredCall(call, budget);
  };
}

class MeteredCall extends ServerInterceptingCall {
  private readonly read = () => super.startRead();

  constructor(
    call: ServerInterceptingCallInterface,
    private readonly budget: IntakeBudget,
  ) {
    const open = new Set<MeteredMessage>();
    super(call, {
      start: (next) =>
        next({
          onReceiveMessage: (bytes: Buffer, forward) => {
            const message: MeteredMessage = {
              bytes,
              release: () => {
                if (open.delete(message)) budget.giveBack(bytes.byteLength);
              },
            };
            open.add(message);
            budget.take(bytes.byteLength);
            forward(message);
          },
          onCancel: () => {
            budget.forget(this.read);
            for (const message of open) message.release();
          },
        }),
    });
  }

  override startRead(): void {
    this.budget.whenRoom(this.read);
  }
}

function meterPieces(call: ServerInterceptingCallInterface, budget: IntakeBudget, counts: AccessLogCounts): void {
  const stream = streamOf(call);
  const pieces = new MessagePieces();
  const share = new StreamShare(() => {
    counts.evicted += 1;
    // Says RESOURCE_EXHAUSTED. A proper answer would leave the stream, and all that it holds, to whoever does not read it.
    stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    stream.destroy();
  });
  // Before gRPC has it: of a stream that is ended here it takes nothing any more.
  stream.prependListener('data', (piece: Buffer) => {
    if (stream.closed) return;
    if (pieces.add(piece)) share.sinceMs = performance.now();
    // It would be unpacked whether there is room for it or not; no Envoy compresses.
    if (pieces.isCompressed) call.sendStatus({ code: status.UNIMPLEMENTED, details: 'No compressed messages.' });
    budget.hold(share, pieces.heldBytes);
  });
  stream.once('close', () => budget.release(share));
}

/** gRPC hands out whole messages only; what it gathers before that no interface of it tells. */
function streamOf(call: ServerInterceptingCallInterface): Http2Stream {
  const stream: unknown = Reflect.get(call, 'stream');
  if (!(stream instanceof Duplex)) throw new TypeError('This version of gRPC keeps its streams elsewhere.');
  return stream as Http2Stream;
}
