import { execFile, spawn } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Launched, TestServer } from '../server.js';
import type { BuiltImage } from './buildah.js';
import { type Confinement, contained, inside, type Owner } from './contain.js';

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Instead of the image's user. */
  readonly owner?: Owner;
  /** Instead of the image's command. */
  readonly command?: readonly string[];
  /** Further volumes: directories by their places. */
  readonly mounts?: Readonly<Record<string, string>>;
}

/** The server as the image has it: in its own root file system, as its own user, started by its own entry. */
export class ImageServer extends TestServer {
  private readonly owner: Owner;

  constructor(
    private readonly image: BuiltImage,
    private readonly options: RunOptions = {},
  ) {
    super(options.environment);
    this.owner = options.owner ?? image.owner;
    if (!options.environment?.DATA_DIR) chownSync(this.dataDir, this.owner.uid, this.owner.gid);
    // Places to mount at, which an engine makes.
    for (const place of ['/proc', '/dev', ...Object.keys(options.mounts ?? {})]) {
      mkdirSync(join(image.root, place), { recursive: true });
    }
  }

  /** The process inside, as the machine outside sees it; the one outside while there is none. */
  override get pid(): number {
    const children = readFileSync(`/proc/${super.pid}/task/${super.pid}/children`, 'utf8');
    return Number(children.trim().split(' ')[0] || super.pid);
  }

  /** What the kernel says about the process inside, by name. */
  status(): Record<string, string> {
    const lines = readFileSync(`/proc/${this.pid}/status`, 'utf8').split('\n');
    return Object.fromEntries(lines.map((line) => [line.split(':')[0], line.split(':').slice(1).join(':').trim()]));
  }

  /** Runs the image's HEALTHCHECK, as an engine does every half minute; answers what it printed. */
  async checkHealth(): Promise<string> {
    const [kind, ...command] = this.image.config.Healthcheck.Test;
    if (kind !== 'CMD') throw new Error(`A health check by ${kind} needs a shell.`);
    const [program = '', ...args] = inside(this.pid, this.confinement, command);
    const environment = { ...this.image.environment, HOST: '127.0.0.1', PORT: String(this.port) };
    return (await promisify(execFile)(program, args, { env: environment })).stdout;
  }

  protected override launch(environment: Readonly<Record<string, string | undefined>>): Launched {
    const { Entrypoint, Cmd } = this.image.config;
    const [program = '', ...args] = contained(this.confinement, [...Entrypoint, ...(this.options.command ?? Cmd)]);
    const { PATH, MALLOC_MMAP_THRESHOLD_, DATA_DIR, ...settings } = environment;
    return spawn(program, args, {
      env: { ...this.image.environment, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  protected override signal(name: NodeJS.Signals): void {
    if (this.isRunning) process.kill(this.pid, name);
  }

  private get confinement(): Confinement {
    const { root, config } = this.image;
    const [place = '/data'] = Object.keys(config.Volumes);
    const mounts = { [place]: this.dataDir, ...this.options.mounts };
    return { root, owner: this.owner, workingDirectory: config.WorkingDir, mounts };
  }
}
