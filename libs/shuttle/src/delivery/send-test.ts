import type { DrainTarget } from '../drain-url.js';
import { encodePacket } from '../packet/encode-packet.js';
import type { Destination, LogRecord } from '../record.js';
import { Batch } from './batch.js';
import { DeliveryError, type Transport } from './channels/channel.js';
import { QueuedPacket } from './queued-packet.js';
import { type TransportSettings, transportOf } from './transport-of.js';

export interface TestOutcome {
  readonly isDelivered: boolean;
  readonly durationMs: number;
  /** What the operator reads; undefined where it was delivered. */
  readonly error: string | undefined;
}

export interface TestSettings extends Omit<TransportSettings, 'confirmAfterMs'> {
  /** HOSTNAME of every packet, for TEST_MODE. */
  readonly hostname?: string;
  readonly limitMs?: number;
}

const DEFAULT_LIMIT_MS = 9_500;
/** A stream on which nothing went wrong for so long counts as read, where the receiver does not confirm its end. */
const CONFIRM_AFTER_MS = 1_000;

/**
 * Sends one line over a connection of its own, past whatever waits for the drain, and tells how that went. Takes ten
 * seconds at most. What "delivered" means is said by the protocol: ADR 25.
 */
export async function sendTest(
  target: DrainTarget,
  destination: Destination,
  { hostname, limitMs = DEFAULT_LIMIT_MS, ...transportSettings }: TestSettings,
): Promise<TestOutcome> {
  const startedAt = performance.now();
  const packet = encodePacket(testRecord(destination), { ...target, hostname });
  const error = await failureOf(AbortSignal.timeout(limitMs), async (signal) => {
    const transport = transportOf(target, { ...transportSettings, confirmAfterMs: CONFIRM_AFTER_MS });
    await sendAlone(transport, packet, signal);
  });
  return { isDelivered: error === undefined, durationMs: Math.round(performance.now() - startedAt), error };
}

async function sendAlone(transport: Transport, packet: Buffer, signal: AbortSignal): Promise<void> {
  const { promise: delivered, resolve, reject } = Promise.withResolvers<void>();
  const observer = { delivered: () => resolve(), failed: (_: Batch, error: unknown) => reject(error) };
  const channel = await transport.connect(observer, signal);
  signal.addEventListener('abort', () => channel.destroy());
  void channel.closed.then(reject);
  channel.send(new Batch([new QueuedPacket(packet, 0)], packet.byteLength), 0);
  // Ending the connection asks the receiver whether it has read everything.
  const closed = channel.close(DEFAULT_LIMIT_MS);
  try {
    await delivered;
  } finally {
    channel.destroy();
    await closed;
  }
}

async function failureOf(
  limit: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<string | undefined> {
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener('abort', () => reject(new DeliveryError('The receiver did not answer in time.')));
  });
  try {
    await Promise.race([work(limit), late]);
    return undefined;
  } catch (error) {
    return error instanceof DeliveryError ? error.message : 'The test failed.';
  }
}

function testRecord(destination: Destination): LogRecord {
  const time = new Date().toISOString();
  return {
    destination,
    process: 'test',
    severity: 'info',
    time,
    tag: 'logs-collector',
    text: `Test from Logs Collector at ${time}: lines for this destination arrive here.`,
    // Kafka has no such record; the time makes its id its own.
    position: { topic: '_test', partition: 0, offset: Date.parse(time) },
  };
}
