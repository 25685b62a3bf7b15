import { setTimeout as delay } from 'node:timers/promises';
import { Admin, ListOffsetTimestamps, ProduceAcks, Producer } from '@platformatic/kafka';
import { hasCapability } from '../../scripts/capabilities.mjs';
import { freePort } from '../../scripts/test-support/free-port.ts';
import { KafkaBroker, type SecureListener } from './kafka-broker.ts';
import { readTopic } from './read-topic.ts';

/** Until a new topic has leaders that take it. */
const LEADERS_LIMIT_MS = 60_000;

/** Whether this machine can run a broker; scripts/capabilities.mjs says by name what is missing. */
export function canRunKafka(): boolean {
  return ['java', 'mvn'].every((name) => hasCapability(name));
}

export interface KafkaOptions {
  /** How many brokers there are; each has all partitions. */
  readonly size?: number;
  readonly secure?: Omit<SecureListener, 'port'>;
}

/** A cluster of Apache Kafka on free ports of loopback. */
export class TestKafka {
  private producer: Producer | undefined;
  private readonly cluster: readonly KafkaBroker[];

  private constructor(cluster: readonly KafkaBroker[]) {
    this.cluster = cluster;
  }

  static async start({ size = 1, secure }: KafkaOptions = {}): Promise<TestKafka> {
    const controllerPorts = await freePorts(size);
    const ports = await freePorts(size * 2);
    const brokers = controllerPorts.map((_, index) => {
      const [port = 0, securePort = 0] = ports.slice(index * 2);
      const listener = secure && { ...secure, port: securePort };
      return new KafkaBroker({ node: index + 1, port, controllerPorts, secure: listener });
    });
    const kafka = new TestKafka(brokers);
    try {
      await kafka.start();
    } catch (error) {
      await kafka.dispose();
      throw error;
    }
    return kafka;
  }

  get brokers(): string {
    return this.cluster.map(({ place }) => `127.0.0.1:${place.port}`).join(',');
  }

  /** As `brokers`, of those who ask for TLS and SASL. */
  get secureBrokers(): string {
    return this.cluster.map(({ place }) => `127.0.0.1:${place.secure?.port}`).join(',');
  }

  /** Starts the brokers that do not run (again) and resolves when each is ready. */
  async start(): Promise<void> {
    const started = this.cluster
      .filter((broker) => !broker.isRunning)
      .map((broker) => [broker, broker.spawn()] as const);
    for (const [broker, process] of started) await process.until(() => this.isReady(broker), 'Kafka');
  }

  /** Resolves when every partition can be written and read: the brokers take up their parts only after they have answered. */
  async createTopic(topic: string, partitions: number): Promise<void> {
    const replicas = this.cluster.length;
    await this.withAdmin(this.brokers, (admin) => admin.createTopics({ topics: [topic], partitions, replicas }));
    for (const deadline = Date.now() + LEADERS_LIMIT_MS; ; await delay(20)) {
      try {
        await this.appended(topic, partitions);
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }

  /** Tells of every record that the brokers have at present, each partition in its order. */
  async read(topic: string, partitions: number, onValue: (value: string) => void): Promise<void> {
    await readTopic(this.brokers, topic, await this.appended(topic, partitions), onValue);
  }

  /** Forgets how far a group has read; nobody may be in it any more. */
  async deleteGroup(groupId: string): Promise<void> {
    await this.withAdmin(this.brokers, (admin) => admin.deleteGroups({ groups: [groupId] }));
  }

  /** How many records were ever appended to each partition, in their order. */
  private async appended(topic: string, partitions: number): Promise<number[]> {
    const asked = Array.from({ length: partitions }, (_, partitionIndex) => ({
      partitionIndex,
      timestamp: ListOffsetTimestamps.LATEST,
    }));
    const [found] = await this.withAdmin(this.brokers, (admin) =>
      admin.listOffsets({ topics: [{ name: topic, partitions: asked }] }),
    );
    const offsets = new Map(found?.partitions.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)]));
    return asked.map(({ partitionIndex }) => offsets.get(partitionIndex) ?? 0);
  }

  /** Resolves when the brokers have them all, in this order for one partition. */
  async produce(topic: string, values: readonly (string | Buffer)[], partition?: number): Promise<void> {
    this.producer ??= new Producer({
      ...connectionTo(this.brokers),
      // Where there are others, they take over for a broker that goes away.
      retries: this.cluster.length > 1 ? 60 : 0,
      retryDelay: 500,
      autocreateTopics: true,
    });
    const messages = values.map((value) => ({ topic, partition, value: Buffer.from(value) }));
    // The client resolves without a word of the broker where that ends gently in the middle (RecordSender).
    for (let isTaken = false; !isTaken; ) {
      try {
        const { offsets = [] } = await this.producer.send({ messages, acks: ProduceAcks.ALL });
        isTaken = offsets.length > 0;
      } catch (error) {
        // A broker that has just started answers before it leads again; it has taken nothing.
        if (!saysNotLeader(error)) throw error;
        await delay(50);
      }
    }
  }

  /** Produces one record of zeros, which gzip makes a thousand times smaller. */
  async produceZeros(topic: string, bytes: number, partition: number): Promise<void> {
    const producer = new Producer(connectionTo(this.brokers));
    try {
      const messages = [{ topic, partition, value: Buffer.alloc(bytes) }];
      await producer.send({ messages, acks: ProduceAcks.ALL, compression: 'gzip' });
    } finally {
      await producer.close();
    }
  }

  /** Produces in a transaction: its end is a mark in the partition which no consumer is given. */
  async produceInTransaction(topic: string, value: string): Promise<void> {
    const producer = new Producer({
      ...connectionTo(this.brokers),
      ...{ retries: 60, retryDelay: 500, idempotent: true, transactionalId: 'tests' },
    });
    try {
      const transaction = await producer.beginTransaction();
      await transaction.send({ messages: [{ topic, partition: 0, value: Buffer.from(value) }] });
      await transaction.commit();
    } finally {
      await producer.close();
    }
  }

  /** Ends a broker without a chance to tidy up, or gently. */
  async kill(index = 0, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    await this.cluster[index]?.end(signal);
  }

  async dispose(): Promise<void> {
    await this.producer?.close().catch(() => undefined);
    await Promise.all(this.cluster.map((broker) => broker.dispose()));
  }

  /** It answers, and knows of every broker that runs: until then it makes no topic that is on all of them. */
  private async isReady({ place }: KafkaBroker): Promise<boolean> {
    try {
      const known = await this.withAdmin(`127.0.0.1:${place.port}`, (admin) => admin.metadata({ topics: [] }));
      return known.brokers.size >= this.cluster.filter((broker) => broker.isRunning).length;
    } catch {
      return false;
    }
  }

  private async withAdmin<T>(brokers: string, work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = new Admin(connectionTo(brokers));
    try {
      return await work(admin);
    } finally {
      await admin.close();
    }
  }
}

/** The client's errors have those of each request and of each partition in them. */
function saysNotLeader(error: unknown): boolean {
  const { apiId, errors = [] } = error as { apiId?: string; errors?: readonly unknown[] };
  return apiId === 'NOT_LEADER_OR_FOLLOWER' || errors.some(saysNotLeader);
}

function connectionTo(brokers: string) {
  return { clientId: 'tests', bootstrapBrokers: brokers.split(','), retries: 0 };
}

function freePorts(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, freePort));
}
