import { parseDatabaseUrl } from '@logs-collector/runtime/database-url';
import { parseMetricsAccess } from '@logs-collector/runtime/metrics-setting';
import { NetworkList } from '@logs-collector/runtime/network-list';
import { parseSizeBytes } from '@logs-collector/runtime/quantities';
import {
  atLeast,
  headerText,
  integer,
  list,
  oneOf,
  publicUrl,
  secret,
  text,
} from '@logs-collector/runtime/setting-parsers';
import type { SettingDefinitions } from '@logs-collector/runtime/settings-reader';
import { parseBrokers } from './brokers.js';

const DEFAULT_CONNECTIONS = 40;
const MAX_CONNECTIONS = 1_024;
const MEBIBYTE = 1_048_576;

/** The original's flags are on with `1`, ours with `true`. */
function flag(value: string): boolean {
  return ['1', 'true'].includes(oneOf('1', '0', 'true', 'false')(value));
}

/** 0 stands for the default. */
function connections(value: string): number {
  return integer(0, MAX_CONNECTIONS)(value) || DEFAULT_CONNECTIONS;
}

function authKey(value: string): string {
  if (value === '') throw new RangeError('must be set: the key that every request has to bring');
  return headerText(value);
}

/** Every setting of the shuttle, in the order in which the documentation lists them. */
export const settingDefinitions = {
  KAFKA_HOSTS: {
    fallback: '',
    parse: parseBrokers,
    description: 'Comma list `host[:port]` of brokers, port 9092. Required.',
  },
  KAFKA_TLS: { fallback: 'false', parse: flag, description: 'Speak TLS with the brokers.' },
  KAFKA_CA: { parse: text, description: 'Certificates (PEM) that those of the brokers are checked against.' },
  KAFKA_CERT: { parse: text, description: 'Client certificate (PEM) for the brokers.' },
  KAFKA_KEY: { parse: text, description: 'Its key (PEM).' },
  KAFKA_SASL_MECHANISM: {
    parse: oneOf('plain', 'scram-sha-256', 'scram-sha-512'),
    description: '`PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.',
  },
  KAFKA_SASL_USERNAME: { parse: text, description: 'User at the brokers.' },
  KAFKA_SASL_PASSWORD: { parse: (value: string) => value, description: 'Password at the brokers.' },
  KAFKA_FROM: {
    fallback: 'latest',
    parse: oneOf('latest', 'earliest'),
    description: 'Where the very first start begins; topics that appear later are read from their start.',
  },
  AUTH_KEY: {
    fallback: '',
    parse: authKey,
    description: 'Exact value of the Authorization header of every request. Required.',
  },
  HOST: { fallback: '0.0.0.0', parse: text, description: 'Address to listen on.' },
  SHUTTLE_PORT: {
    parse: integer(0, 65_535),
    fallbackNote: 'PORT, else 5000',
    description: 'Port to listen on; 0 takes a free one.',
  },
  PORT: { parse: integer(0, 65_535), description: 'As SHUTTLE_PORT, which wins over it.' },
  SESSION_URL: {
    parse: publicUrl,
    fallbackNote: 'from the request',
    description: 'What the URL of a created session begins with.',
  },
  RUN_SESSION: { fallback: 'false', parse: flag, description: 'Serve sessions only.' },
  USE_SESSION: { fallback: 'false', parse: flag, description: 'As RUN_SESSION.' },
  TEST_MODE: {
    fallback: 'false',
    parse: flag,
    description: 'Consumer group `logshuttletest`; HOSTNAME of every packet is `logshuttle-test`.',
  },
  MAX_SYSLOG_CONNECTIONS: {
    fallback: '0',
    parse: connections,
    description: `Connections per drain, up to ${MAX_CONNECTIONS}; 0 means ${DEFAULT_CONNECTIONS}.`,
  },
  DEBUG_SESSION: { fallback: 'false', parse: flag, description: 'More about sessions in the log.' },
  RUN_ISTIO_ALS: {
    fallback: 'false',
    parse: flag,
    description: 'Receive the access logs of Envoys (gRPC, version 3) and produce them to `istio-access-logs`.',
  },
  RUN_ISTIO_ALS_DEBUG: { fallback: 'false', parse: flag, description: 'More about access logs in the log.' },
  ISTIO_ALS_PORT: {
    fallback: '9001',
    parse: integer(0, 65_535),
    description: 'Port to receive access logs on; 0 takes a free one.',
  },
  ISTIO_ALS_ALLOW_NETS: {
    fallback: '',
    parse: (value: string) => new NetworkList(list(value)),
    description: 'Comma list of networks whose Envoys need no key for access logs.',
  },
  DRAIN_BUFFER_BYTES: {
    fallback: '256MiB',
    parse: atLeast(MEBIBYTE, '1MiB', parseSizeBytes),
    description: 'Disk buffer of one drain.',
  },
  DRAIN_BUFFER_TOTAL: {
    fallback: '4GiB',
    parse: atLeast(MEBIBYTE, '1MiB', parseSizeBytes),
    description: 'Disk buffers of all drains together.',
  },
  DRAIN_BUFFER_POLICY: {
    fallback: 'drop_oldest',
    parse: oneOf('drop_oldest', 'drop_newest'),
    description: 'What is given up when a buffer is full: `drop_oldest` or `drop_newest`.',
  },
  DRAIN_ALLOW_NETS: {
    fallback: '',
    parse: (value: string) => new NetworkList(list(value)),
    description: 'Comma list of networks that drains may point at besides the public Internet.',
  },
  MIN_FREE_BYTES: { fallback: '1GiB', parse: parseSizeBytes, description: 'Space that disk buffers leave free.' },
  METRICS: {
    fallback: 'off',
    parse: parseMetricsAccess,
    description:
      'Prometheus metrics at `/metrics`: `off`, `token:<secret>` (on SHUTTLE_PORT, as a bearer token) or `port:9091` (a port of its own, open to whoever reaches it).',
  },
  DATA_DIR: { fallback: './data', parse: text, description: 'Directory of the database, the secret key and buffers.' },
  DB_URL: {
    parse: parseDatabaseUrl,
    fallbackNote: 'SQLite under DATA_DIR',
    description: 'PostgreSQL, where the shuttle has a schema of its own; with any SQLite it has a file of its own.',
  },
  POSTGRES_URL: { parse: parseDatabaseUrl, description: 'As DB_URL, which wins over it.' },
  SECRET_KEY: {
    parse: secret,
    fallbackNote: 'made on first start in DATA_DIR/secret.key',
    description: 'At least 32 random bytes; the URLs of drains are sealed with it.',
  },
  SECRET_KEY_PREVIOUS: { parse: secret, description: 'The key before a change of it.' },
  LOG_LEVEL: {
    fallback: 'info',
    parse: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    description: 'Least important kind of message that is logged.',
  },
} as const satisfies SettingDefinitions;
