import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Endpoint, SafeConnect } from '@logs-collector/runtime/safe-connect';
import type { Batch } from '../batch.js';
import { type BatchLimits, type Channel, DeliveryError, type Transport } from './channel.js';
import { failureText } from './failure-text.js';

/** Syslog over UDP (RFC 5426): one message a datagram, and no word about whether it arrived. */
export class UdpTransport implements Transport {
  readonly limits: BatchLimits = { bytes: 64 * 1024, packets: 64, lingerMs: 0 };
  readonly isConnectionProof = false;
  readonly growAfterMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly guard: SafeConnect,
    private readonly endpoint: Endpoint,
  ) {}

  async connect(): Promise<Channel> {
    try {
      const { address, family } = await this.guard.resolve(this.endpoint);
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
      try {
        socket.connect(this.endpoint.port, address);
        await once(socket, 'connect');
      } catch (error) {
        socket.close();
        throw error;
      }
      return new UdpChannel(socket);
    } catch (cause) {
      throw new DeliveryError(failureText(cause), { cause });
    }
  }
}

class UdpChannel implements Channel {
  readonly closed: Promise<DeliveryError>;
  isReady = true;
  private sending: Promise<void> = Promise.resolve();
  private failure: unknown;

  constructor(private readonly socket: Socket) {
    const { promise, resolve } = Promise.withResolvers<DeliveryError>();
    this.closed = promise;
    // An ICMP message about an earlier datagram: nobody listens there, for now.
    socket.on('error', (error) => {
      this.failure = error;
    });
    socket.on('close', () => resolve(new DeliveryError(failureText(this.failure), { cause: this.failure })));
  }

  async ready(): Promise<void> {
    await this.sending.catch(() => undefined);
  }

  send(batch: Batch): Promise<void> {
    this.isReady = false;
    this.sending = this.sendAll(batch).finally(() => {
      this.isReady = true;
    });
    return this.sending;
  }

  async close(): Promise<void> {
    await this.ready();
    this.destroy();
  }

  destroy(): void {
    this.isReady = false;
    try {
      this.socket.close();
    } catch {
      // Closed already.
    }
  }

  private async sendAll(batch: Batch): Promise<void> {
    await Promise.all(
      batch.packets.map(
        ({ packet }) =>
          new Promise<void>((resolve, reject) => {
            this.socket.send(packet, (cause) => {
              // Refused is what the kernel heard about an earlier one. UDP promises nothing, so neither is repeated.
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
