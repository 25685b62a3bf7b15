import { setTimeout as delay } from 'node:timers/promises';
import type { Destination, LogRecord } from '@logs-collector/shuttle/record';
import type { Message } from '@platformatic/kafka';
import type { KafkaConnection } from '../kafka/kafka-connection.js';
import { messageRecords } from '../kafka/message-records.js';
import { TailReader } from '../kafka/tail-reader.js';
import type { ShuttleLog } from '../log.js';
import { RouteTable } from '../pump/route-table.js';

/** Takes a record. A promise asks to hold back further ones until it resolves. */
export type TailListener = (record: LogRecord) => Promise<void> | undefined;

/** How long the reader waits for another listener. */
const LINGER_MS = 10_000;

/** One reader of everything that is produced, for all who listen; it runs while somebody does. */
export class SharedTail {
  private readonly listeners = new Map<TailListener, Destination>();
  private routes = new RouteTable<TailListener>();
  private reader: TailReader | undefined;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly log: ShuttleLog,
  ) {}

  get count(): number {
    return this.listeners.size;
  }

  /** Resolves once nothing that is produced from then on is missed. */
  async listen(listener: TailListener, destination: Destination): Promise<void> {
    this.listeners.set(listener, destination);
    this.updateRoutes();
    this.reader ??= new TailReader(this.connection, (message) => this.spread(message), this.log);
    await this.reader.whenReading;
  }

  forget(listener: TailListener): void {
    if (!this.listeners.delete(listener)) return;
    this.updateRoutes();
    if (this.listeners.size === 0) void this.stopWhenIdle();
  }

  async stop(): Promise<void> {
    await this.reader?.stop();
  }

  private async stopWhenIdle(): Promise<void> {
    await delay(LINGER_MS, undefined, { ref: false });
    if (this.listeners.size > 0) return;
    const { reader } = this;
    this.reader = undefined;
    await reader?.stop();
  }

  private updateRoutes(): void {
    this.routes = new RouteTable([...this.listeners].map(([listener, destination]) => [destination, listener]));
  }

  private spread(message: Message): Promise<unknown> | undefined {
    const result = messageRecords(message);
    if (typeof result === 'string') return undefined;
    const waits: Promise<void>[] = [];
    for (const record of result) {
      for (const listener of this.routes.of(record.destination)) {
        const wait = listener(record);
        if (wait) waits.push(wait);
      }
    }
    return waits.length > 0 ? Promise.all(waits) : undefined;
  }
}
