import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type CollectionTag, parseAllDocuments } from 'yaml';
import { settingDefinitions } from '../apps/api/src/config/setting-definitions.js';
import { settingDefinitions as shuttleSettings } from '../apps/shuttle/src/config/setting-definitions.js';
import { missing, which } from './test-support/uploader-run.js';

const docker = join(import.meta.dirname, '../docker');
const composeFiles = [
  '../docker-compose.yaml',
  'compose/bind-mount.yaml',
  'compose/postgres.yaml',
  'compose/scale-out.yaml',
  'compose/shuttle.yaml',
];

/** Of the contract, and read by the S3 store, the metrics and the shuttle; by the C library and Node under them. */
const FURTHER_SETTINGS = [
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'WEB_CONCURRENCY', 'METRICS'],
  ...['SHUTTLE_PORT', 'SHUTTLE_URL', 'SHUTTLE_AUTH_KEY'],
];
/** Standard ones, for traces; any other of OpenTelemetry's has to be given to the service by name. */
const TRACE_SETTINGS = [
  ...['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS'],
  ...['OTEL_SERVICE_NAME', 'OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG'],
];
const RUNTIME_SETTINGS = ['NODE_ENV', 'UV_THREADPOOL_SIZE', 'MALLOC_MMAP_THRESHOLD_'];
const KNOWN = new Set([
  ...Object.keys(settingDefinitions).flatMap((name) => [name, `${name}_FILE`]),
  ...FURTHER_SETTINGS,
  ...TRACE_SETTINGS,
  ...RUNTIME_SETTINGS,
]);
/** What the contract keeps of the original's: for compose itself, and build arguments. */
const COMPOSE_VARIABLES = ['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB', 'WEB_HOST', 'WEB_PORT'];
const BUILD_ARGUMENTS = ['VERSION', 'APP_DIR', 'DATA_DIR', 'USER_NAME', 'USER_GROUP', 'APP_UID', 'APP_GID'];

interface Volume {
  readonly source: string;
  readonly target: string;
}

interface Service {
  readonly image?: string;
  readonly build?: { readonly args: Record<string, string> };
  readonly extends?: { readonly file: string; readonly service: string };
  readonly environment?: Record<string, string | null>;
  readonly volumes?: readonly (string | Volume)[];
  readonly [key: string]: unknown;
}

/** A container of a pod, as far as these tests ask. */
interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: Record<string, unknown>;
  readonly [probe: string]: unknown;
}

interface Manifest {
  readonly kind: string;
  readonly spec: { readonly template?: { readonly spec: { readonly containers: readonly Container[] } } };
}

/** Of compose: what stands under them takes the place of what would be merged. */
const MERGE_TAGS: CollectionTag[] = [
  { tag: '!reset', collection: 'seq', resolve: (list) => list },
  { tag: '!override', collection: 'seq', resolve: (list) => list },
  { tag: '!override', collection: 'map', resolve: (map) => map },
];

function documents(path: string): unknown[] {
  const text = readFileSync(join(docker, path), 'utf8');
  return parseAllDocuments(text, { customTags: MERGE_TAGS }).map((document) => {
    expect(document.errors).toEqual([]);
    expect(document.warnings).toEqual([]);
    return document.toJS() as unknown;
  });
}

const servicesOf = (path: string) => (documents(path)[0] as { services: Record<string, Service> }).services;

describe.each(composeFiles)('The sample %s', (path) => {
  const services = servicesOf(path);
  const ours = services['logs-collector'] as Service;

  it('gives the server only settings that it knows', () => {
    expect(Object.keys(ours.environment ?? {}).filter((name) => !KNOWN.has(name))).toEqual([]);
  });

  it('asks for no variable that is neither a setting nor kept from the original', () => {
    const asked = [...readFileSync(join(docker, path), 'utf8').matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name);
    const answered = new Set([...KNOWN, 'KAFKA_HOSTS', ...COMPOSE_VARIABLES, ...BUILD_ARGUMENTS]);
    expect(asked.filter((name) => !answered.has(name ?? ''))).toEqual([]);
  });

  it('mounts directories only, and the data where the image has them', () => {
    const volumes = Object.values(services).flatMap((service) => service.volumes ?? []);
    for (const volume of volumes) {
      const [source = '', target = ''] =
        typeof volume === 'string' ? volume.split(':') : [volume.source, volume.target];
      expect([source, extname(basename(source))]).toEqual([source, '']);
      expect(target).toMatch(/^\/(data|var\/lib\/postgresql|etc\/nginx\/conf\.d)$/);
    }
  });

  it('refers only to services that there are', () => {
    for (const service of Object.values(services)) {
      if (service.extends === undefined) continue;
      const { file, service: name } = service.extends;
      expect(servicesOf(join('compose', file))).toHaveProperty([name]);
    }
  });

  it('holds no password', () => {
    const secrets = Object.values(services).flatMap((service) =>
      Object.entries(service.environment ?? {}).filter(([name]) => /PASSWORD|SECRET|KEY/.test(name)),
    );
    for (const [, value] of secrets) expect(value ?? '').toMatch(/^$|^\$\{[A-Z_]+:\?/);
  });
});

describe('docker-compose.yaml', () => {
  const service = servicesOf('../docker-compose.yaml')['logs-collector'] as Service;

  it('hands every setting of the API on', () => {
    // Where it listens and keeps its data is decided here; the logo is a file.
    const handedOn = new Set(Object.keys(service.environment ?? {}));
    expect(Object.keys(settingDefinitions).filter((name) => !handedOn.has(name))).toEqual(['LOGO_FILE']);
  });

  it('hands on where traces go, unless nothing is said of it', () => {
    const handedOn = TRACE_SETTINGS.map((name) => [name, service.environment?.[name]]);
    expect(handedOn).toEqual(TRACE_SETTINGS.map((name) => [name, null]));
  });

  it('sets what a proxy and the shuttle need to have set', () => {
    expect(service.environment).toMatchObject({
      PUBLIC_URL: expect.any(String),
      TRUSTED_PROXIES: expect.any(String),
      SHUTTLE_PORT: '5000',
    });
  });

  it('runs without rights and with a read-only root', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      stop_grace_period: '30s',
    });
  });

  it("keeps the original's build arguments, which the Dockerfile has", () => {
    const dockerfile = readFileSync(join(docker, 'Dockerfile'), 'utf8');
    const known = [...dockerfile.matchAll(/^ARG ([A-Z_]+)/gm)].map(([, name]) => name);
    expect(known).toEqual(expect.arrayContaining(BUILD_ARGUMENTS));
    expect(Object.keys(service.build?.args ?? {}).filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('docker/compose/shuttle.yaml', () => {
  const { environment = {} } = servicesOf('compose/shuttle.yaml').shuttle as Service;

  it('hands every setting of the shuttle on, and none that it does not know', () => {
    // Its database and its key are in its volume; the others are second names.
    const kept = ['PORT', 'USE_SESSION', 'DB_URL', 'POSTGRES_URL', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS'];
    const known = [...Object.keys(shuttleSettings), 'METRICS'].filter((name) => !kept.includes(name));
    expect(Object.keys(environment).sort()).toEqual([...new Set(known)].sort());
  });
});

describe('The Kubernetes sample', () => {
  const found = documents('kubernetes/logs-collector.yaml') as Manifest[];
  const pod = found.find(({ kind }) => kind === 'Deployment')?.spec.template?.spec;
  const container = pod?.containers[0] as Container;

  it('has a volume, a deployment, a service and a way in', () => {
    expect(found.map(({ kind }) => kind)).toEqual(['PersistentVolumeClaim', 'Deployment', 'Service', 'Ingress']);
  });

  it('gives the server only settings that it knows', () => {
    expect(container.env.map(({ name }) => name).filter((name) => !KNOWN.has(name))).toEqual([]);
    expect(container.env.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['PUBLIC_URL', 'TRUSTED_PROXIES', 'SHUTTLE_PORT']),
    );
  });

  it('asks whether the process lives and whether it is ready, each at its own address', () => {
    const path = (probe: string) => (container[probe] as { httpGet: { path: string } }).httpGet.path;
    expect(['startupProbe', 'livenessProbe', 'readinessProbe'].map(path)).toEqual([
      '/health/live',
      '/health/live',
      '/health/ready',
    ]);
  });

  it('runs as user 1000 without rights, with a read-only root and without variables of other services', () => {
    expect(pod).toMatchObject({
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });
});

describe('The systemd unit', () => {
  const unit = readFileSync(join(docker, 'systemd/logs-collector.service'), 'utf8');

  it('gives the server only settings that it knows', () => {
    const names = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, line = '']) =>
      line.split(' ').map((pair) => pair.split('=')[0]),
    );
    expect(names).toEqual(expect.arrayContaining(['DATA_DIR', 'TRUSTED_PROXIES']));
    expect(names.filter((name) => !KNOWN.has(name ?? ''))).toEqual([]);
  });

  it('is clean in the eyes of systemd-analyze', () => {
    if (!which('systemd-analyze')) return missing('systemd-analyze');
    const directory = mkdtempSync(join(tmpdir(), 'unit-'));
    const copy = join(directory, 'logs-collector.service');
    // It also asks whether the program is there, which it is only on the machine that the unit is for.
    writeFileSync(copy, unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
    execFileSync('systemd-analyze', ['verify', copy], { stdio: 'pipe' });
    rmSync(directory, { recursive: true });
  });
});
