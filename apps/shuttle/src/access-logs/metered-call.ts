import { ServerInterceptingCall, type ServerInterceptingCallInterface, type ServerInterceptor } from '@grpc/grpc-js';
import type { IntakeBudget } from './intake-budget.js';

/** A message together with the room that it takes until it is released. */
export interface MeteredMessage {
  readonly bytes: Buffer;
  release(): void;
}

/**
 * Lets calls read while the budget has room. Streams of Node would read 16 messages ahead of whoever handles them; here those
 * count as well, and what a call leaves unhandled is given back when it ends.
 */
export function metered(budget: IntakeBudget): ServerInterceptor {
  return (_method, call) => new MeteredCall(call, budget);
}

class MeteredCall extends ServerInterceptingCall {
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
            for (const message of open) message.release();
          },
        }),
    });
  }

  override startRead(): void {
    this.budget.whenRoom(() => super.startRead());
  }
}
