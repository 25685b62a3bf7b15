import { ProduceAcks, Producer } from '@platformatic/kafka';
import type { KafkaConnection } from './kafka-connection.js';

const RETRIES = 5;

/** A record without its topic. Those with the same key keep their order. */
export interface KeyedRecord {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Produces records, each acknowledged by all replicas that are in sync. */
export class RecordSender {
  private readonly producer: Producer;

  constructor(connection: KafkaConnection) {
    // A topic that is made by its first record is not there at once.
    this.producer = new Producer({ ...connection, retries: RETRIES, acks: ProduceAcks.ALL, autocreateTopics: true });
  }

  readonly send = async (topic: string, value: Buffer): Promise<void> => {
    const { offsets = [] } = await this.producer.send({ messages: [{ topic, value }] });
    // Where a broker ends gently in the middle, the client resolves although nobody has acknowledged anything.
    if (offsets.length === 0) throw new Error('No broker has acknowledged the record.');
  };

  /** Rejects where the brokers have not taken every one of them; some may be there then. */
  readonly sendAll = async (topic: string, records: readonly KeyedRecord[]): Promise<void> => {
    await this.producer.send({ messages: records.map(({ key, value }) => ({ topic, key, value })) });
  };

  async close(): Promise<void> {
    await this.producer.close();
  }
}
