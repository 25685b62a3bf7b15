import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { RunningProcess } from '../../scripts/test-support/running-process.js';

const SAMPLES = join(import.meta.dirname, '../../docker/proxies');

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
    private readonly process: RunningProcess,
    private readonly directory: string,
  ) {}

  static async start(port: number, upstreamPort: number): Promise<Traefik> {
    const directory = mkdtempSync(join(tmpdir(), 'logs-collector-traefik-'));
    const file = join(directory, 'traefik.yaml');
    const routes = join(directory, 'traefik-routes.yaml');
    writeFileSync(file, stringify(staticPart(port, routes)));
    writeFileSync(routes, stringify(dynamicPart(upstreamPort)));
    const environment = { PATH: process.env.PATH, HOME: directory };
    const traefik = new RunningProcess(['traefik', `--configFile=${file}`], environment);
    await traefik.untilListening(port);
    await traefik.until(() => hasRoutes(port), 'the routes of Traefik');
    return new Traefik(traefik, directory);
  }

  /** What it has printed: its log, and a line for each request. */
  get output(): string {
    return this.process.output;
  }

  async stop(): Promise<void> {
    await this.process.end();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** It listens first and reads its routes afterwards; until it has, it answers 404 to everything. */
async function hasRoutes(port: number): Promise<boolean> {
  const { status } = await fetch(`http://127.0.0.1:${port}/health/live`);
  return status !== 404;
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
