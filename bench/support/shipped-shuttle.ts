import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Launched } from '../../e2e/support/server.ts';
import { TestShuttle } from '../../e2e/support/shuttle.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The command behind `npm run shuttle`, with its limits of memory, without the build before it. */
function command(): string {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const [, run] = String(scripts['run:shuttle']).split(' && ');
  if (!run?.includes('exec node')) throw new Error('The script run:shuttle is not what it was.');
  return run;
}

/** The shuttle as it is shipped, with drains that it knows before it reads the first record. */
export class ShippedShuttle extends TestShuttle {
  /** The consumer group in which it reads. */
  static readonly group = 'logshuttle';

  /** @param drains the path to register one by, and its URL */
  static async withDrains(
    brokers: string,
    drains: readonly (readonly [path: string, url: string])[],
  ): Promise<ShippedShuttle> {
    const shuttle = new ShippedShuttle(brokers);
    // An instance for sessions reads nothing, but takes drains.
    await shuttle.start({ RUN_SESSION: '1' });
    for (const [path, url] of drains) await shuttle.addDrain(path, url);
    await shuttle.stop();
    return shuttle;
  }

  protected override launch(environment: Readonly<Record<string, string | undefined>>): Launched {
    // Only the server has that one.
    const { MALLOC_MMAP_THRESHOLD_: _, PATH, ...own } = environment;
    const env = { ...own, PATH: `${dirname(process.execPath)}:${PATH}` };
    return spawn('sh', ['-c', command()], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}
