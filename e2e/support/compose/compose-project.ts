import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { RunningProcess } from '../../../scripts/test-support/running-process.js';
import type { BuiltImage } from '../image/buildah.js';
import { type Confinement, contained, inside } from '../image/contain.js';
import { type ComposeFile, readComposeFile, type Service, sourceOf, targetOf } from './compose-file.js';
import { ComposeNetwork } from './compose-network.js';
import { startKafkaStandIn, startNginxStandIn, startPostgresStandIn, startS3StandIn } from './stand-ins.js';

const SOURCES = join(import.meta.dirname, '../../..');
/** The services of the image that is built here; the others are from elsewhere: programs of this machine stand in for them. */
const OURS = 'logs-collector';
const SHUTTLE = 'shuttle';
const ADDRESSES = { postgres: 1, nginx: 2, s3: 3, kafka: 4, [SHUTTLE]: 5, [OURS]: 10 } as const;

interface Replica {
  readonly service: Service;
  readonly process: RunningProcess;
  readonly confinement: Confinement;
}

/**
 * What `docker compose up` makes of a file and an .env, without an engine: every service as the file says, in the root file
 * system of the image, in a network of the project, reached through the published port alone.
 */
export class ComposeProject {
  private readonly directory = mkdtempSync(join(tmpdir(), 'logs-collector-compose-'));
  private readonly others: RunningProcess[] = [];
  private readonly replicas: Replica[] = [];
  private readonly namespaces: number[] = [];
  private network: ComposeNetwork | undefined;
  private readonly file: ComposeFile;
  private readonly path: string;

  constructor(
    path: string,
    private readonly image: BuiltImage,
    env: Readonly<Record<string, string>>,
  ) {
    this.path = join(SOURCES, path);
    this.file = readComposeFile(this.path, env);
  }

  get ours(): Service {
    return this.service(OURS);
  }

  /** In the order of `depends_on`. `s3` is where the file's STORAGE_URL leads, where it leads to S3. */
  async up(s3?: { readonly bucket: string; readonly accessKey: string; readonly secretKey: string }): Promise<void> {
    chmodSync(this.directory, 0o755);
    this.network = await ComposeNetwork.make(this.file.subnet);
    const { postgres, nginx, shuttle } = this.file.services;
    if (s3) this.others.push(await startS3StandIn(s3.bucket, s3, this.placeOf('s3')));
    if (postgres) this.others.push(await startPostgresStandIn(postgres, this.placeOf('postgres')));
    if (shuttle) this.others.push(await startKafkaStandIn(this.placeOf('kafka')));
    const count = this.ours.deploy?.replicas ?? 1;
    const addresses = Array.from({ length: count }, (_, n) => this.network?.address(ADDRESSES[OURS] + n) ?? '');
    for (const address of addresses) this.replicas.push(this.startReplica(this.ours, address));
    if (shuttle) this.replicas.push(this.startReplica(shuttle, this.network.address(ADDRESSES[SHUTTLE])));
    await Promise.all(this.replicas.map((replica) => this.untilHealthy(replica)));
    // An engine keeps the network of a container that has died: its peers learn at once that nobody is there.
    for (const n of addresses.keys()) this.namespaces.push(openSync(`/proc/${this.innerPid(n)}/ns/net`, 'r'));
    if (nginx) {
      const [mount = ''] = nginx.volumes ?? [];
      const configuration = resolve(dirname(this.path), sourceOf(mount));
      this.others.push(await startNginxStandIn(configuration, addresses, this.placeOf('nginx')));
    }
    for (const name of Object.keys(this.file.services)) await this.publish(name);
  }

  /** What the kernel says about the n-th process of ours, by name. */
  status(n: number): Record<string, string> {
    const lines = readFileSync(`/proc/${this.innerPid(n)}/status`, 'utf8').split('\n');
    return Object.fromEntries(lines.map((line) => [line.split(':')[0], line.split(':').slice(1).join(':').trim()]));
  }

  /** What the n-th process of ours was given, as the kernel has it. */
  environmentOf(n: number): Record<string, string> {
    const pairs = readFileSync(`/proc/${this.innerPid(n)}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean);
    return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  }

  /** What the file says of each process of ours. */
  get services(): readonly Service[] {
    return this.replicas.map(({ service }) => service);
  }

  /** Kills the n-th process of ours as the kernel would. */
  async kill(n: number): Promise<void> {
    await this.replicas[n]?.process.end('SIGKILL', this.innerPid(n));
  }

  /** Where a named volume, or what stands in for it, keeps its files. */
  directoryOf(name: string): string {
    return join(this.directory, name);
  }

  async down(): Promise<void> {
    for (const [n, { process }] of this.replicas.entries()) await process.end('SIGKILL', this.innerPid(n));
    // Each of them has processes of its own to end. PostgreSQL would wait at SIGTERM for clients that are gone.
    for (const process of this.others.reverse()) await process.end('SIGINT');
    for (const namespace of this.namespaces) closeSync(namespace);
    this.network?.remove();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private service(name: string): Service {
    const service = this.file.services[name];
    if (!service) throw new Error(`${this.path} has no service ${name}.`);
    return service;
  }

  private placeOf(name: 'postgres' | 'nginx' | 's3' | 'kafka') {
    const directory = this.directoryOf(name);
    mkdirSync(directory);
    const { network } = this;
    if (!network) throw new Error('The project has no network yet.');
    return { network, address: network.address(ADDRESSES[name]), directory };
  }

  private startReplica(service: Service, address: string): Replica {
    const { config, root, owner, environment } = this.image;
    const confinement = { root, owner, workingDirectory: config.WorkingDir, mounts: this.mounts(service) };
    const command = [...config.Entrypoint, ...(service.command ?? config.Cmd)];
    const line = this.network?.joined(address, contained(confinement, command)) ?? [];
    return { service, process: new RunningProcess(line, { ...environment, ...service.environment }), confinement };
  }

  /** Directories of this machine by their places: volumes, and the names of the project's services. */
  private mounts(service: Service): Record<string, string> {
    const { root, owner } = this.image;
    const hosts = join(this.directory, 'hosts');
    const lines = Object.entries(ADDRESSES).map(([name, n]) => `${this.network?.address(n)} ${name}\n`);
    writeFileSync(hosts, `127.0.0.1 localhost\n${lines.join('')}`);
    // Places to mount at, which an engine makes.
    for (const place of ['proc', 'dev', 'etc']) mkdirSync(join(root, place), { recursive: true });
    writeFileSync(join(root, 'etc/hosts'), '');
    const volumes = (service.volumes ?? []).map((volume) => {
      const directory = this.directoryOf(sourceOf(volume).replaceAll('/', '-'));
      // An engine gives a new volume to the owner of its place; for a bind mount the operator does it by hand.
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      chownSync(directory, owner.uid, owner.gid);
      return [targetOf(volume), directory] as const;
    });
    return Object.fromEntries([['/etc/hosts', hosts], ...volumes]);
  }

  /** Runs the image's HEALTHCHECK until it is content. */
  private untilHealthy({ service, process, confinement }: Replica): Promise<void> {
    const [, ...check] = this.image.config.Healthcheck.Test;
    const environment = { ...this.image.environment, ...service.environment };
    return process.until(async () => {
      if (!process.output.includes('"msg":"listening"')) return false;
      const [program = '', ...args] = inside(innermost(process.child.pid), confinement, check);
      return promisify(execFile)(program, args, { env: environment }).then(
        () => true,
        () => false,
      );
    }, 'a healthy container');
  }

  private async publish(name: string): Promise<void> {
    for (const port of this.service(name).ports ?? []) {
      const [host = '', outer = '', inner = ''] = port.split(':');
      const address = this.network?.address(ADDRESSES[name as keyof typeof ADDRESSES]) ?? '';
      await this.network?.publish(host, Number(outer), address, Number(inner));
    }
  }

  private innerPid(n: number): number {
    return innermost(this.replicas[n]?.process.child.pid);
  }
}

/** The process inside: `unshare --fork` stands before it. Itself where there is none, or not any more. */
function innermost(pid: number | undefined): number {
  const list = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(list) ? readFileSync(list, 'utf8') : '';
  return Number(children.split(' ')[0] || pid);
}
