import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NetworkList } from '@logs-collector/runtime/network-list';
import { SafeConnect } from '@logs-collector/runtime/safe-connect';
import { DrainHost, type DrainHostSettings, type DrainSpec } from '../src/delivery/drain-host.ts';
import { parseDrainUrl } from '../src/drain-url.ts';

/** A host on a directory of its own with loopback allowed, and times that suit tests. */
export class TestHost {
  readonly directory = mkdtempSync(join(tmpdir(), 'drain-host-'));
  private host: DrainHost | undefined;
  private count = 0;

  async open(settings: Partial<DrainHostSettings> = {}): Promise<DrainHost> {
    this.host = await DrainHost.open({
      bufferDirectory: join(this.directory, 'drains'),
      bufferBytes: 64 * 1024 * 1024,
      bufferTotalBytes: 1024 * 1024 * 1024,
      minFreeBytes: 0,
      policy: 'drop_oldest',
      maxConnections: 8,
      guard: new SafeConnect({
        schemes: ['http', 'https', 'syslog+tcp', 'syslog+udp', 'syslog+tls'],
        allow: new NetworkList(['loopback']),
      }),
      confirmAfterMs: 60,
      backoff: { firstMs: 20, capMs: 100 },
      ...settings,
    });
    return this.host;
  }

  spec(url: string, rest: Partial<DrainSpec> = {}): DrainSpec {
    this.count += 1;
    return {
      id: `drain-${this.count}`,
      destination: { kind: 'app', app: 'app', space: 'space' },
      target: parseDrainUrl(url),
      ...rest,
    };
  }

  async dispose(): Promise<void> {
    await this.host?.close(0);
    rmSync(this.directory, { recursive: true });
  }
}

/** Waits until a condition holds; fails loudly where it does not within the limit. */
export async function until(condition: () => boolean, what: string, limitMs = 60_000): Promise<void> {
  const endsAt = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endsAt) throw new Error(`${what}: not within ${limitMs} ms`);
    await delay(10);
  }
}
