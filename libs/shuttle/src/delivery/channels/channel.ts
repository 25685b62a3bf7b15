import type { Batch, BatchLimits } from '../batch.js';

/** Told what becomes of the batches that a channel is given. */
export interface ChannelObserver {
  /** They count as delivered, by what the protocol can say of that; in their order. */
  delivered(batches: readonly Batch[]): void;
  /** It was not. Of what is under way when the connection ends `closed` tells, for all of it. */
  failed(batch: Batch, error: unknown): void;
}

/** One connection to a receiver. What is sent on it keeps its order. */
export interface Channel {
  /**
   * Hands a batch over, which may be done while `isReady`, also before earlier ones are delivered.
   * @param from the first of its packets that was not handed over before; greater than 0 only for the last batch, where
   *   the transport lets more packets join it
   */
  send(batch: Batch, from: number): void;
  /** Whether more may be handed over now. */
  readonly isReady: boolean;
  /** Resolves when `isReady` may have changed, or the connection is gone. */
  ready(): Promise<void>;
  /** Resolves once the connection is gone, with what ended it. */
  readonly closed: Promise<DeliveryError>;
  /** Ends the connection; one that can has the receiver confirm first what is under way. */
  close(deadlineMs: number): Promise<void>;
  /** At once. */
  destroy(): void;
}

/** How a drain makes its connections. */
export interface Transport {
  readonly limits: BatchLimits;
  /** Whether a connection shows that the receiver is there, before anything was delivered. */
  readonly isConnectionProof: boolean;
  /**
   * How long connections have to be full before there are more. Keys change their connection only when nothing is under
   * way, so the longer a delivery takes to be confirmed, the more a change costs.
   */
  readonly growAfterMs: number;
  /** @throws DeliveryError */
  connect(observer: ChannelObserver, signal: AbortSignal): Promise<Channel>;
}

export class DeliveryError extends Error {
  constructor(
    /** What the operator reads; no address and no credentials of the drain. */
    message: string,
    readonly options: {
      readonly cause?: unknown;
      /** What the receiver asked to wait. */
      readonly retryAfterMs?: number;
      /** Sending the same again is pointless: the batch is given up. */
      readonly isRefused?: boolean;
      /** Nothing is wrong: the connection was ended to have everything confirmed, and it was. */
      readonly isProof?: boolean;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'DeliveryError';
  }
}
