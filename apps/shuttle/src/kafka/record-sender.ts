import { ProduceAcks, Producer } from '@platformatic/kafka';
import type { KafkaConnection } from './kafka-connection.js';

const RETRIES = 5;

/** Produces single records, each acknowledged by all replicas that are in sync. */
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

  async close(): Promise<void> {
    await this.producer.close();
  }
}
