import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Admin, ProduceAcks, Producer } from '@platformatic/kafka';
import { kafkaJars } from '../../scripts/kafka/get-kafka.mjs';

const START_LIMIT_MS = 60_000;
/** Any 16 bytes in base64; the tests never join two clusters. */
const CLUSTER_ID = 'bG9nc2h1dHRsZS10ZXN0cw';

/** Whether this machine can run a broker; scripts/capabilities.mjs says by name what is missing. */
export function canRunKafka(): boolean {
  return ['java', 'mvn'].every((command) => spawnSync(command, ['-version'], { stdio: 'ignore' }).status === 0);
}

/** A broker of Apache Kafka on free ports of loopback, its own controller (KRaft). */
export class TestKafka {
  private readonly directory = mkdtempSync(join(tmpdir(), 'logshuttle-kafka-'));
  private readonly classPath = join(kafkaJars(), '*');
  private child: ChildProcess | undefined;
  private producer: Producer | undefined;

  private constructor(readonly port: number) {}

  static async start(): Promise<TestKafka> {
    const [port, controllerPort] = await Promise.all([freePort(), freePort()]);
    const kafka = new TestKafka(port);
    writeFileSync(kafka.configuration, propertiesOf(port, controllerPort, join(kafka.directory, 'data')));
    kafka.format();
    await kafka.start();
    return kafka;
  }

  get brokers(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts the broker (again) and resolves when it answers. */
  async start(): Promise<void> {
    this.child = spawn('java', [...JVM, '-cp', this.classPath, 'kafka.Kafka', this.configuration], { stdio: 'ignore' });
    for (const deadline = Date.now() + START_LIMIT_MS; !(await this.answers()); await delay(100)) {
      if (Date.now() > deadline || this.child.exitCode !== null) throw new Error('Kafka did not start.');
    }
  }

  async createTopic(topic: string, partitions: number): Promise<void> {
    await this.withAdmin((admin) => admin.createTopics({ topics: [topic], partitions, replicas: 1 }));
  }

  /** Resolves when the broker has them all, in this order for one partition. */
  async produce(topic: string, values: readonly (string | Buffer)[], partition?: number): Promise<void> {
    this.producer ??= new Producer({ ...this.connection, acks: ProduceAcks.ALL, autocreateTopics: true });
    const messages = values.map((value) => ({ topic, partition, value: Buffer.from(value) }));
    await this.producer.send({ messages });
  }

  /** Ends the broker without a chance to tidy up. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async dispose(): Promise<void> {
    await this.producer?.close().catch(() => undefined);
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private get configuration(): string {
    return join(this.directory, 'server.properties');
  }

  private get connection() {
    return { clientId: 'tests', bootstrapBrokers: [this.brokers], retries: 0 };
  }

  private format(): void {
    const tool = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', this.configuration];
    const { status, stdout, stderr } = spawnSync('java', [...JVM, '-cp', this.classPath, ...tool], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`Kafka's storage could not be made: ${stdout}${stderr}`);
  }

  private async answers(): Promise<boolean> {
    try {
      await this.withAdmin((admin) => admin.listTopics());
      return true;
    } catch {
      return false;
    }
  }

  private async withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = new Admin(this.connection);
    try {
      return await work(admin);
    } finally {
      await admin.close();
    }
  }
}

/** Short of memory and quick to start, as one suite is all it has to live for. */
const JVM = ['-Xms96m', '-Xmx384m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

function propertiesOf(port: number, controllerPort: number, dataDir: string): string {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'controller.listener.names=CONTROLLER',
    `log.dirs=${dataDir}`,
    'num.partitions=3',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=2',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
