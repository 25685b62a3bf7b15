import { execFile, spawn } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Launched, TestServer } from '../server.js';
import type { BuiltImage } from './buildah.js';

/**
 * What an engine does, as a shell script: a read-only root with /proc, a few devices and volumes, and a user who has no
 * capabilities and cannot get any. Arguments: root, uid, gid, working directory, pairs of a directory and its place, an
 * empty one, the command.
 */
const CONTAIN = `
root=$1 uid=$2 gid=$3 directory=$4
shift 4
/bin/mount --bind "$root" "$root"
/bin/mount -o remount,bind,ro "$root"
/bin/mount -t proc proc "$root/proc"
/bin/mount -t tmpfs -o mode=755 tmpfs "$root/dev"
/bin/mknod -m 666 "$root/dev/null" c 1 3
/bin/mknod -m 666 "$root/dev/urandom" c 1 9
while [ -n "$1" ]; do
  /bin/mount --bind "$1" "$root$2"
  shift 2
done
shift
exec /usr/bin/setpriv --no-new-privs --inh-caps=-all --bounding-set=-all,+sys_chroot,+setuid,+setgid \\
  /usr/bin/unshare --root "$root" --wd "$directory" --setuid "$uid" --setgid "$gid" "$@"
`;

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

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
    this.owner = options.owner ?? ownerOf(image);
    if (!options.environment?.DATA_DIR) chownSync(this.dataDir, this.owner.uid, this.owner.gid);
    // Places to mount at, which an engine makes.
    for (const place of ['/proc', '/dev', ...Object.keys(options.mounts ?? {})]) {
      mkdirSync(join(image.root, place), { recursive: true });
    }
  }

  /** The process inside, as the machine outside sees it. */
  override get pid(): number {
    const children = readFileSync(`/proc/${super.pid}/task/${super.pid}/children`, 'utf8');
    return Number(children.trim().split(' ')[0]);
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
    const args = this.contained(command);
    const environment = { ...this.imageEnvironment(), HOST: '127.0.0.1', PORT: String(this.port) };
    return (await promisify(execFile)('/usr/bin/unshare', ['--mount', ...args], { env: environment })).stdout;
  }

  protected override launch(environment: Readonly<Record<string, string | undefined>>): Launched {
    const args = this.contained([...this.image.config.Entrypoint, ...(this.options.command ?? this.image.config.Cmd)]);
    const { PATH, MALLOC_MMAP_THRESHOLD_, DATA_DIR, ...settings } = environment;
    return spawn('/usr/bin/unshare', ['--mount', '--pid', '--fork', ...args], {
      env: { ...this.imageEnvironment(), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  protected override signal(name: NodeJS.Signals): void {
    if (this.isRunning) process.kill(this.pid, name);
  }

  private contained(command: readonly string[]): string[] {
    const { root, config } = this.image;
    const [place = '/data'] = Object.keys(config.Volumes);
    const mounts = Object.entries({ [place]: this.dataDir, ...this.options.mounts }).flatMap(([at, from]) => [
      from,
      at,
    ]);
    const ids = [String(this.owner.uid), String(this.owner.gid)];
    return ['/bin/sh', '-ec', CONTAIN, 'contain', root, ...ids, config.WorkingDir, ...mounts, '', ...command];
  }

  private imageEnvironment(): Record<string, string> {
    return Object.fromEntries(this.image.config.Env.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  }
}

function ownerOf({ config }: BuiltImage): Owner {
  const [uid = 0, gid = 0] = config.User.split(':').map(Number);
  return { uid, gid };
}
