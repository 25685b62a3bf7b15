import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Endpoint, SafeConnect } from '@logs-collector/runtime/safe-connect';
import type { Framing } from '../../packet/framing.js';
import type { BatchLimits } from '../batch.js';
import { type Channel, type ChannelObserver, DeliveryError, type Transport } from './channel.js';
import { failureText } from './failure-text.js';
import { StreamChannel } from './stream-channel.js';

/** PEM texts; what is not given is Node's own. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface StreamTransportOptions {
  readonly guard: SafeConnect;
  readonly endpoint: Endpoint;
  readonly framing: Framing;
  /** Set for RFC 5425. */
  readonly tls?: TlsMaterial;
  /** How long bytes that the kernel took must have gone unchallenged to count as received. */
  readonly confirmAfterMs?: number;
  readonly connectTimeoutMs?: number;
  readonly stallTimeoutMs?: number;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 15_000;
/** For how long connections are kept short after a fruitless one, and how much each carries. */
const PROVING_MS = 30_000;
const PROOF_BYTES = 256 * 1024;

/** Syslog over TCP (RFC 6587) or TLS (RFC 5425). */
export class StreamTransport implements Transport {
  readonly limits: BatchLimits = { bytes: 64 * 1024, packets: 4_096, lingerMs: 0, joinMs: 250 };
  readonly isConnectionProof = true;
  readonly growAfterMs = 10_000;
  private provesUntilMs = 0;

  constructor(private readonly options: StreamTransportOptions) {}

  async connect(observer: ChannelObserver, signal: AbortSignal): Promise<Channel> {
    const { framing, confirmAfterMs, stallTimeoutMs, connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = this.options;
    try {
      const socket = this.open();
      const limit = AbortSignal.any([signal, AbortSignal.timeout(connectTimeoutMs)]);
      try {
        await once(socket, this.options.tls ? 'secureConnect' : 'connect', { signal: limit });
      } catch (error) {
        // A late error of a socket that nobody wants any more must find a listener.
        socket.on('error', () => undefined).destroy();
        throw limit.aborted ? Object.assign(new Error('aborted'), { code: 'ETIMEDOUT' }) : error;
      }
      const proofBytes = performance.now() < this.provesUntilMs ? PROOF_BYTES : undefined;
      const options = { framing, confirmAfterMs, stallTimeoutMs, proofBytes, onEnd: this.ended };
      return new StreamChannel(socket, observer, options);
    } catch (cause) {
      throw new DeliveryError(failureText(cause), { cause });
    }
  }

  /**
   * A receiver that ends every connection before anything counts as received would be sent the same for ever. The first time
   * is enough: a process that is itself ended again and again may see no second one, and its buffer grows by every repetition.
   */
  private readonly ended = (hasConfirmed: boolean): void => {
    if (!hasConfirmed) this.provesUntilMs = performance.now() + PROVING_MS;
  };

  private open(): Socket {
    const { guard, endpoint, tls } = this.options;
    const options = {
      ...guard.socketOptions(endpoint),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    };
    if (!tls) return connectTcp(options);
    const servername = isIP(options.host) === 0 ? options.host : undefined;
    return connectTls({ ...options, ...tls, servername, minVersion: 'TLSv1.2' });
  }
}
