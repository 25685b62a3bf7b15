import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { baseEnvironment, layOutBaseRoot } from './base-root.js';
import type { Owner } from './contain.js';

const run = promisify(execFile);
const SOURCES = join(import.meta.dirname, '../../..');
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** What an image says about how it wants to be run. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly Volumes: Readonly<Record<string, unknown>>;
  readonly ExposedPorts: Readonly<Record<string, unknown>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
  readonly StopSignal: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** An image built from docker/Dockerfile without a container engine, in a store of its own. */
export class BuiltImage {
  private constructor(
    private readonly directory: string,
    readonly config: ImageConfig,
    /** Its root file system. */
    readonly root: string,
    /** What the build printed. */
    readonly log: string,
  ) {}

  /** Builds with these build arguments. */
  static async build(buildArguments: Readonly<Record<string, string>> = {}): Promise<BuiltImage> {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-image-'));
    try {
      await makeBase(directory);
      const given = Object.entries({ BASE: 'localhost/base', ...buildArguments });
      const args = given.flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
      const log = await buildah(directory, [
        ...['build', '--isolation', 'chroot', '--format', 'docker', '--network', 'host', ...args],
        ...['-f', join(SOURCES, 'docker/Dockerfile'), '-t', 'logs-collector', SOURCES],
      ]);
      const container = (await buildah(directory, ['from', 'localhost/logs-collector'])).trim();
      const root = (await buildah(directory, ['mount', container])).trim();
      const described = await buildah(directory, ['inspect', '--type', 'image', 'localhost/logs-collector']);
      const { Docker } = JSON.parse(described) as { Docker: { config: ImageConfig } };
      return new BuiltImage(directory, Docker.config, root, log);
    } catch (error) {
      await removeStore(directory);
      throw error;
    }
  }

  get environment(): Record<string, string> {
    return Object.fromEntries(this.config.Env.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  }

  get owner(): Owner {
    const [uid = 0, gid = 0] = this.config.User.split(':').map(Number);
    return { uid, gid };
  }

  dispose(): Promise<void> {
    return removeStore(this.directory);
  }
}

async function makeBase(directory: string): Promise<void> {
  const root = join(directory, 'base');
  layOutBaseRoot(root);
  const container = (await buildah(directory, ['from', 'scratch'])).trim();
  await buildah(directory, ['copy', '--quiet', container, root, '/']);
  const environment = Object.entries(baseEnvironment()).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  await buildah(directory, ['config', ...environment, container]);
  await buildah(directory, ['commit', '--quiet', '--rm', container, 'base']);
  rmSync(root, { recursive: true });
}

async function removeStore(directory: string): Promise<void> {
  // Unmounts as well.
  await buildah(directory, ['rm', '--all']);
  rmSync(directory, { recursive: true, force: true });
}

async function buildah(directory: string, args: readonly string[]): Promise<string> {
  const store = ['--storage-driver', 'vfs', '--root', join(directory, 'store'), '--runroot', join(directory, 'run')];
  const { stdout } = await run('buildah', [...store, ...args], { maxBuffer: MAX_OUTPUT_BYTES });
  return stdout;
}
