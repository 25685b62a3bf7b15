import type { Batch } from '../batch.js';

/** One connection to a receiver. What is sent on it keeps its order. */
export interface Channel {
  /**
   * Hands a batch over and resolves when it counts as delivered, by what the protocol can say of that. Batches may be
   * handed over before earlier ones are delivered while `isReady`; they are delivered in their order.
   * @throws DeliveryError
   */
  send(batch: Batch): Promise<void>;
  /** Whether another batch may be handed over now. */
  readonly isReady: boolean;
  /** Resolves when `isReady` may have changed. */
  ready(): Promise<void>;
  /** Resolves once the connection is gone, with what ended it. */
  readonly closed: Promise<DeliveryError>;
  /** Ends the connection; one that can has the receiver confirm first what is under way. */
  close(deadlineMs: number): Promise<void>;
  /** At once. */
  destroy(): void;
}

/** How batches are cut for a kind of channel. */
export interface BatchLimits {
  readonly bytes: number;
  readonly packets: number;
  /** How long a batch that is not full waits for more. */
  readonly lingerMs: number;
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
  connect(signal: AbortSignal): Promise<Channel>;
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
