import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { listens } from './listens.js';

const SAMPLES = join(import.meta.dirname, '../../docker/proxies');
const ROUTES_LIMIT_MS = 10_000;

interface Static {
  readonly entryPoints: { readonly web: object; readonly websecure: object };
  readonly [section: string]: unknown;
}

interface Router {
  readonly rule: string;
  readonly tls: object;
  readonly [setting: string]: unknown;
}

interface Routes {
  readonly http: {
    readonly routers: Readonly<Record<string, Router>>;
    readonly services: { readonly 'logs-collector': { readonly loadBalancer: object } };
    readonly [section: string]: unknown;
  };
}

/**
 * Traefik with docker/proxies/traefik.yaml and traefik-routes.yaml before a server. Only what belongs to the machine is
 * replaced: ports, the name, the server's address, and TLS, for which it would ask for a certificate.
 */
export class Traefik {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    private readonly said: () => string,
  ) {}

  static async start(port: number, upstreamPort: number): Promise<Traefik> {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-traefik-'));
    const file = join(directory, 'traefik.yaml');
    const routes = join(directory, 'traefik-routes.yaml');
    writeFileSync(file, stringify(staticPart(port, routes)));
    writeFileSync(routes, stringify(dynamicPart(upstreamPort)));
    const env = { PATH: process.env.PATH, HOME: directory };
    const child = spawn('traefik', [`--configFile=${file}`], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    const traefik = new Traefik(child, directory, () => said);
    if ((await listens(child, port)) && (await hasRoutes(port))) return traefik;
    await traefik.stop();
    throw new Error(`Traefik did not start:\n${said}`);
  }

  /** What it has printed: its log, and a line for each request. */
  get output(): string {
    return this.said();
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await exited;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** It listens first and reads its routes afterwards; until it has, it answers 404 to everything. */
async function hasRoutes(port: number): Promise<boolean> {
  for (const end = Date.now() + ROUTES_LIMIT_MS; Date.now() < end; await delay(20)) {
    const { status } = await fetch(`http://127.0.0.1:${port}/health/live`);
    if (status !== 404) return true;
  }
  return false;
}

function staticPart(port: number, routes: string): object {
  const { certificatesResolvers, entryPoints, ...others } = read<Static>('traefik.yaml');
  if (certificatesResolvers === undefined) throw new Error('The sample asks for no certificate any more.');
  const websecure = { ...entryPoints.websecure, address: `127.0.0.1:${port}` };
  return {
    ...others,
    // Without TLS there is nothing to redirect to.
    entryPoints: { websecure },
    providers: { file: { filename: routes } },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
  };
}

function dynamicPart(upstreamPort: number): object {
  const { http } = read<Routes>('traefik-routes.yaml');
  const routers = Object.entries(http.routers).map(([name, { tls: _tls, rule, ...router }]) => [
    name,
    { ...router, rule: rule.replace('logs.example.com', '127.0.0.1') },
  ]);
  const service = http.services['logs-collector'];
  const loadBalancer = { ...service.loadBalancer, servers: [{ url: `http://127.0.0.1:${upstreamPort}` }] };
  return {
    http: {
      ...http,
      routers: Object.fromEntries(routers),
      services: { 'logs-collector': { ...service, loadBalancer } },
    },
  };
}

function read<T>(name: string): T {
  return parse(readFileSync(join(SAMPLES, name), 'utf8')) as T;
}
