import { defaultPartitioner, findErrorBy, ProduceAcks, Producer } from '@platformatic/kafka';
import type { KafkaConnection } from './kafka-connection.js';

const RETRIES = 5;
/** Given with every call: as an option of the client, `send` does not look at it and asks the leader alone. */
const ACKS = ProduceAcks.ALL;

/** A record without its topic. Those with the same key keep their order. */
export interface KeyedRecord {
  readonly key: Buffer;
  readonly value: Buffer;
}

/**
 * Whether every record has been acknowledged. Where a broker ends gently in the middle, the client resolves although that
 * one has acknowledged nothing.
 * @param partitions how many the topic has.
 * @param acknowledged those whose leader has answered.
 */
export function areAcknowledged(
  records: readonly KeyedRecord[],
  partitions: number,
  acknowledged: ReadonlySet<number>,
): boolean {
  return records.every(({ key, value }) =>
    acknowledged.has(defaultPartitioner({ topic: '', value }, key) % partitions),
  );
}

/** Whether the brokers refuse for its size what they were sent; a record that goes alone they will never take then. */
export function isTooLarge(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'].some((id) => findErrorBy(error, 'apiId', id))
  );
}

/** Produces records, each acknowledged by all replicas that are in sync. */
export class RecordSender {
  private readonly producer: Producer;

  constructor(connection: KafkaConnection) {
    // A topic that is made by its first record is not there at once.
    this.producer = new Producer({ ...connection, retries: RETRIES, autocreateTopics: true });
  }

  readonly send = async (topic: string, value: Buffer): Promise<void> => {
    const { offsets = [] } = await this.producer.send({ messages: [{ topic, value }], acks: ACKS });
    // Without a key, it is for the client to choose the partition.
    if (offsets.length === 0) throw new Error('No broker has acknowledged the record.');
  };

  /** Rejects where the brokers have not taken every one of them; some may be there then. */
  readonly sendAll = async (topic: string, records: readonly KeyedRecord[]): Promise<void> => {
    const messages = records.map(({ key, value }) => ({ topic, key, value }));
    const { offsets = [] } = await this.producer.send({ messages, acks: ACKS });
    const acknowledged = new Set(offsets.map(({ partition }) => partition));
    const { topics } = await this.producer.metadata({ topics: [topic] });
    if (!areAcknowledged(records, topics.get(topic)?.partitionsCount ?? 1, acknowledged)) {
      throw new Error('Not every broker has acknowledged its records.');
    }
  };

  async close(): Promise<void> {
    await this.producer.close();
  }
}
