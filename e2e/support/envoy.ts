import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { RunningProcess } from '../../scripts/test-support/running-process.js';
import { shuttleSample } from './shuttle-sample.js';

export interface EnvoyOptions {
  readonly port: number;
  /** The server that answers the requests. */
  readonly upstreamPort: number;
  readonly accessLogPort: number;
  readonly authKey: string;
}

/** As Istio calls the service of an app, and what belongs to none. */
const APP_CLUSTER = 'outbound|80||app.space.svc.cluster.local';
const OTHER_CLUSTER = 'PassthroughCluster';

const SHUTTLE_CLUSTER = 'outbound|9001||logshuttle.logs.svc.cluster.local';

/**
 * A real Envoy: passes every request on, those below /passed through a cluster of no app, and reports them all as
 * docker/shuttle/istio.yaml says.
 */
export class Envoy {
  private constructor(
    readonly url: string,
    private readonly process: RunningProcess,
    private readonly directory: string,
  ) {}

  static async start(options: EnvoyOptions): Promise<Envoy> {
    const directory = mkdtempSync(join(tmpdir(), 'logshuttle-envoy-'));
    const file = join(directory, 'envoy.yaml');
    writeFileSync(file, stringify(configurationOf(options), { aliasDuplicateObjects: false }));
    const args = ['-c', file, '--concurrency', '1', '--disable-hot-restart', '-l', 'warning'];
    const envoy = new RunningProcess(['envoy', ...args], process.env);
    await envoy.untilListening(options.port);
    return new Envoy(`http://127.0.0.1:${options.port}`, envoy, directory);
  }

  async stop(): Promise<void> {
    await this.process.end();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function configurationOf({ port, upstreamPort, accessLogPort, authKey }: EnvoyOptions): object {
  return {
    static_resources: {
      listeners: [{ address: socket(port), filter_chains: [{ filters: [connectionManager(authKey)] }] }],
      clusters: [
        cluster(APP_CLUSTER, upstreamPort),
        cluster(OTHER_CLUSTER, upstreamPort),
        { ...cluster(SHUTTLE_CLUSTER, accessLogPort), ...HTTP2 },
      ],
    },
    node: { id: 'test-envoy', cluster: 'test' },
  };
}

const type = (name: string) => ({ '@type': `type.googleapis.com/envoy.extensions.${name}` });
const socket = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });

const HTTP2 = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      ...type('upstreams.http.v3.HttpProtocolOptions'),
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
};

function cluster(name: string, port: number) {
  const endpoint = { endpoint: { address: socket(port) } };
  return {
    name,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [endpoint] }] },
  };
}

interface MeshSample {
  readonly spec: {
    readonly configPatches: readonly [{ readonly patch: { readonly value: { readonly typed_config: object } } }];
  };
}

function connectionManager(authKey: string) {
  const sample = parse(shuttleSample('istio.yaml', { '<AUTH_KEY>': authKey })) as MeshSample;
  const routes = [
    { match: { prefix: '/passed' }, route: { cluster: OTHER_CLUSTER } },
    { match: { prefix: '/' }, route: { cluster: APP_CLUSTER } },
  ];
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      ...sample.spec.configPatches[0].patch.value.typed_config,
      stat_prefix: 'test',
      use_remote_address: true,
      route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
      http_filters: [{ name: 'envoy.filters.http.router', typed_config: type('filters.http.router.v3.Router') }],
    },
  };
}
