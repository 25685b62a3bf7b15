import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaJars } from '../../scripts/kafka/get-kafka.mjs';
import { RunningProcess } from '../../scripts/test-support/running-process.ts';

/** Any 16 bytes in base64; the tests never join two clusters. */
const CLUSTER_ID = 'bG9nc2h1dHRsZS10ZXN0cw';
/** Short of memory and quick to start, as one suite is all it has to live for. */
const JVM = ['-Xms96m', '-Xmx384m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** A user who proves with SASL who it is, and the certificate that a broker shows before; PEM. */
export interface SecureListener {
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  readonly username: string;
  readonly password: string;
}

export interface BrokerPlace {
  /** From 1. */
  readonly node: number;
  /** Where it listens; loopback unless it says otherwise. */
  readonly host?: string;
  readonly port: number;
  /** Of the controllers of all brokers, in the order of their nodes. */
  readonly controllerPorts: readonly number[];
  /** Another listener beside the plain one, SASL over TLS. */
  readonly secure?: SecureListener;
}

/** A broker of Apache Kafka, a controller of its cluster as well (KRaft). */
export class KafkaBroker {
  private readonly classPath = join(kafkaJars(), '*');
  private process: RunningProcess | undefined;
  readonly place: BrokerPlace;
  private readonly directory: string;

  constructor(place: BrokerPlace, directory = mkdtempSync(join(tmpdir(), 'logshuttle-kafka-'))) {
    this.place = place;
    this.directory = directory;
    writeFileSync(this.configuration, propertiesOf(place, join(this.directory, 'data')));
    const { secure } = place;
    const user = secure && `SCRAM-SHA-256=[name=${secure.username},password=${secure.password}]`;
    const tool = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', this.configuration];
    const args = [...JVM, '-cp', this.classPath, ...tool, ...(user ? ['--add-scram', user] : [])];
    const { status, stdout, stderr } = spawnSync('java', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`Kafka's storage could not be made: ${stdout}${stderr}`);
  }

  get isRunning(): boolean {
    return this.process?.isRunning ?? false;
  }

  /** The process, started (again); `wrapped` is how it is started in another network than the machine's. */
  spawn(wrapped: (command: readonly string[]) => readonly string[] = (command) => command): RunningProcess {
    const command = ['java', ...JVM, '-cp', this.classPath, 'kafka.Kafka', this.configuration];
    this.process = new RunningProcess(wrapped(command), process.env);
    return this.process;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    await this.process?.end(signal);
  }

  async dispose(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  private get configuration(): string {
    return join(this.directory, 'server.properties');
  }
}

function propertiesOf(place: BrokerPlace, dataDir: string): string {
  const { node, host = '127.0.0.1', port, controllerPorts, secure } = place;
  const voters = controllerPorts.map((controller, index) => `${index + 1}@${host}:${controller}`);
  const controllerPort = controllerPorts[node - 1];
  const listeners = [`PLAINTEXT://${host}:${port}`, `CONTROLLER://${host}:${controllerPort}`];
  const replicas = controllerPorts.length;
  return [
    'process.roles=broker,controller',
    `node.id=${node}`,
    `controller.quorum.voters=${voters.join(',')}`,
    `listeners=${[...listeners, ...(secure ? [`SECURE://${host}:${secure.port}`] : [])].join(',')}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'controller.listener.names=CONTROLLER',
    `log.dirs=${dataDir}`,
    'num.partitions=3',
    `default.replication.factor=${replicas}`,
    `min.insync.replicas=${Math.min(2, replicas)}`,
    `offsets.topic.replication.factor=${replicas}`,
    'offsets.topic.num.partitions=2',
    `transaction.state.log.replication.factor=${replicas}`,
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    ...(secure ? secureProperties(secure) : []),
  ].join('\n');
}

function secureProperties({ cert, key, username, password }: SecureListener): string[] {
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return [
    'ssl.keystore.type=PEM',
    `ssl.keystore.certificate.chain=${inOneLine(cert)}`,
    `ssl.keystore.key=${inOneLine(key)}`,
    'listener.name.secure.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256',
    `listener.name.secure.plain.sasl.jaas.config=${plain}`,
    `listener.name.secure.scram-sha-256.sasl.jaas.config=${scram}`,
  ];
}

function inOneLine(pem: string): string {
  return pem.trim().replaceAll('\n', '\\n');
}
