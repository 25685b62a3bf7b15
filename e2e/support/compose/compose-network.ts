import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const MAKE_BRIDGE = `
/sbin/ip link set lo up
/sbin/ip link add compose type bridge
/sbin/ip address add "$1/24" dev compose
/sbin/ip link set compose up
echo ready
exec /bin/sleep infinity
`;
const JOIN = `
bridge=$1 link=$2 address=$3
shift 3
/sbin/ip link set lo up
/sbin/ip link add eth0 type veth peer name "$link" netns "$bridge"
/usr/bin/nsenter --net="/proc/$bridge/ns/net" /sbin/ip link set "$link" master compose up
/sbin/ip address add "$address/24" dev eth0
/sbin/ip link set eth0 up
exec "$@"
`;

/** A bridge in a network namespace of its own, as an engine makes for a project: nothing of it is seen on the machine. */
export class ComposeNetwork {
  private readonly directory = mkdtempSync(join(tmpdir(), 'logs-collector-network-'));
  private readonly relays: ChildProcess[] = [];
  private readonly doors: Server[] = [];
  private links = 0;

  private constructor(
    private readonly prefix: string,
    private readonly bridge: ChildProcessByStdio<null, Readable, null>,
  ) {}

  /** `subnet` as `a.b.c.0/24`. */
  static async make(subnet: string): Promise<ComposeNetwork> {
    const prefix = subnet.slice(0, subnet.lastIndexOf('.') + 1);
    const bridge = spawn('/usr/bin/unshare', ['--net', '/bin/sh', '-ec', MAKE_BRIDGE, 'bridge', `${prefix}1`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(bridge, 'exit').then(([code]) => {
      throw new Error(`The network could not be made: ${code}`);
    });
    await Promise.race([once(bridge.stdout, 'data'), ended]);
    return new ComposeNetwork(prefix, bridge);
  }

  /** Whether something in the network takes connections there. */
  async answers(address: string, port: number): Promise<boolean> {
    const script = `net.connect(${port}, '${address}').on('connect', () => process.exit()).on('error', () => process.exit(1))`;
    const asking = spawn('/usr/bin/nsenter', [...this.inside, process.execPath, '-e', script], { stdio: 'ignore' });
    const [code] = await once(asking, 'exit');
    return code === 0;
  }

  /** The n-th address after the gateway's. */
  address(n: number): string {
    return `${this.prefix}${n + 1}`;
  }

  /** The command line that runs `command` in a network namespace of its own, at this address of the bridge. */
  joined(address: string, command: readonly string[]): string[] {
    this.links += 1;
    const given = [String(this.bridge.pid), `link${this.links}`, address];
    return ['/usr/bin/unshare', '--net', '/bin/sh', '-ec', JOIN, 'join', ...given, ...command];
  }

  /** Publishes a port as `ports:` says: `host:port` of this machine leads to `address:innerPort`. */
  async publish(host: string, port: number, address: string, innerPort: number): Promise<void> {
    const socket = join(this.directory, `${address}-${innerPort}`);
    const relay = [process.execPath, join(import.meta.dirname, 'relay.mjs'), socket, address, String(innerPort)];
    const child = spawn('/usr/bin/nsenter', [...this.inside, ...relay], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.relays.push(child);
    await once(child.stdout, 'data');
    const door = createServer({ allowHalfOpen: true }, (outside) => {
      const inner = connect({ path: socket, allowHalfOpen: true });
      outside.pipe(inner).pipe(outside);
      outside.on('error', () => inner.destroy());
      inner.on('error', () => outside.destroy());
    });
    this.doors.push(door);
    await new Promise<void>((resolve) => door.listen(port, host, resolve));
  }

  private get inside(): string[] {
    return [`--net=/proc/${this.bridge.pid}/ns/net`];
  }

  /** After everything in it has ended. */
  remove(): void {
    for (const door of this.doors) door.close();
    for (const child of [...this.relays, this.bridge]) child.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }
}
