import { createSocket, type Socket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { ConnectRefusedError, type Endpoint, type SafeConnect } from '@logs-collector/runtime/safe-connect';
import type { Batch, BatchLimits } from '../batch.js';
import { type Channel, type ChannelObserver, DeliveryError, type Transport } from './channel.js';
import { failureText } from './failure-text.js';

const DEFAULT_RESOLVE_INTERVAL_MS = 30_000;
const ASK_AFTER_ERROR_MS = 1_000;

/** Syslog over UDP (RFC 5426): one message a datagram, and no word about whether it arrived. */
export class UdpTransport implements Transport {
  readonly limits: BatchLimits = { bytes: 64 * 1024, packets: 64, lingerMs: 0, joinMs: 0 };
  readonly isConnectionProof = false;
  readonly growAfterMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly guard: SafeConnect,
    private readonly endpoint: Endpoint,
    private readonly resolveIntervalMs = DEFAULT_RESOLVE_INTERVAL_MS,
  ) {}

  async connect(observer: ChannelObserver): Promise<Channel> {
    try {
      const resolve = () => this.guard.resolve(this.endpoint);
      const first = await resolve();
      const open = (address: LookupAddress) => openSocket(address, this.endpoint.port);
      const name = new ResolvedName(first, resolve, this.resolveIntervalMs);
      return new UdpChannel(await open(first), name, open, observer);
    } catch (cause) {
      throw new DeliveryError(failureText(cause), { cause });
    }
  }
}

async function openSocket({ address, family }: LookupAddress, port: number): Promise<Socket> {
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    socket.connect(port, address);
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** A name's address, asked for again from time to time: nothing else would tell that a receiver has moved. */
class ResolvedName {
  private askedAtMs = performance.now();
  private isAsking = false;

  constructor(
    private current: LookupAddress,
    private readonly resolve: () => Promise<LookupAddress>,
    private readonly intervalMs: number,
  ) {}

  /** Asks where it is time. An answer that does not come leaves everything as it is. */
  async moved(): Promise<LookupAddress | undefined> {
    if (this.isAsking || performance.now() - this.askedAtMs < this.intervalMs) return undefined;
    this.isAsking = true;
    try {
      const found = await this.resolve();
      if (found.address === this.current.address) return undefined;
      this.current = found;
      return found;
    } catch (error) {
      // One that leads into another network now must not be sent to under its former address either.
      if (error instanceof ConnectRefusedError) throw error;
      return undefined;
    } finally {
      this.isAsking = false;
      this.askedAtMs = performance.now();
    }
  }

  /** Something was wrong with the address: it is asked for soon. */
  doubt(): void {
    this.askedAtMs = Math.min(this.askedAtMs, performance.now() - this.intervalMs + ASK_AFTER_ERROR_MS);
  }
}

class UdpChannel implements Channel {
  readonly closed: Promise<DeliveryError>;
  isReady = true;
  private isDestroyed = false;
  private sending: Promise<void> = Promise.resolve();
  private failure: unknown;
  private readonly end: (error: DeliveryError) => void;

  constructor(
    private socket: Socket,
    private readonly name: ResolvedName,
    private readonly open: (address: LookupAddress) => Promise<Socket>,
    private readonly observer: ChannelObserver,
  ) {
    const { promise, resolve } = Promise.withResolvers<DeliveryError>();
    this.closed = promise;
    this.end = resolve;
    this.listen(socket);
  }

  ready(): Promise<void> {
    return this.sending;
  }

  send(batch: Batch): void {
    this.isReady = false;
    // Meanwhile datagrams go where they went: a slow answer holds nothing up.
    void this.follow();
    this.sending = this.sendAll(batch)
      .finally(() => {
        this.isReady = !this.isDestroyed;
      })
      .then(
        () => this.observer.delivered([batch]),
        (error: unknown) => this.observer.failed(batch, error),
      );
  }

  async close(): Promise<void> {
    await this.ready();
    this.destroy();
  }

  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.isReady = false;
    this.socket.close();
    this.end(new DeliveryError(failureText(this.failure), { cause: this.failure }));
  }

  private listen(socket: Socket): void {
    // An ICMP message about an earlier datagram: nobody listens there, for now.
    socket.on('error', (error) => {
      this.failure = error;
      this.name.doubt();
    });
  }

  private async follow(): Promise<void> {
    try {
      const address = await this.name.moved();
      if (!address || this.isDestroyed) return;
      const socket = await this.open(address);
      this.listen(socket);
      if (this.isDestroyed) {
        socket.close();
        return;
      }
      const former = this.socket;
      this.socket = socket;
      // What it was given is sent before it is gone.
      await this.ready();
      former.close();
    } catch (error) {
      this.failure = error;
      this.destroy();
    }
  }

  private async sendAll(batch: Batch): Promise<void> {
    const { socket } = this;
    await Promise.all(
      batch.packets.map(
        ({ packet }) =>
          new Promise<void>((resolve, reject) => {
            socket.send(packet, (cause) => {
              // Refused is what the kernel heard about an earlier one. UDP promises nothing, so neither is repeated.
              if (cause) this.name.doubt();
              if (cause && !('code' in cause && cause.code === 'ECONNREFUSED')) {
                reject(
                  new DeliveryError(failureText(cause), {
                    cause,
                    isRefused: 'code' in cause && cause.code === 'EMSGSIZE',
                  }),
                );
              } else {
                resolve();
              }
            });
          }),
      ),
    );
  }
}
