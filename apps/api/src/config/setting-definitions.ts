import { parseDatabaseUrl } from '@logs-collector/runtime/database-url';
import { parseMetricsAccess } from '@logs-collector/runtime/metrics-setting';
import { NetworkList } from '@logs-collector/runtime/network-list';
import { parseDurationMs, parseSizeBytes } from '@logs-collector/runtime/quantities';
import {
  atLeast,
  boolean,
  headerText,
  integer,
  list,
  oneOf,
  publicUrl,
  rootUrl,
  secret,
  text,
} from '@logs-collector/runtime/setting-parsers';
import type { SettingDefinitions } from '@logs-collector/runtime/settings-reader';
import { parseHelpDeskUrl } from './help-desk-url.js';
import { parseAllowedHosts, parseListenAddress } from './host-names.js';
import { readLogo } from './logo-file.js';
import { parseStorageUrl } from './storage-url.js';

function timeZone(value: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value.trim() }).resolvedOptions().timeZone;
  } catch {
    throw new RangeError('must be an IANA time zone such as UTC or Europe/Berlin');
  }
}

function origins(value: string): string[] {
  return list(value).map((origin) => {
    if (!/^https?:\/\/(\*\.)?[A-Za-z0-9.-]+(:\d+)?$/.test(origin)) {
      throw new RangeError('must be a comma list of origins such as https://logs.example.com or https://*.example.com');
    }
    return origin.toLowerCase();
  });
}

/** Every setting of the API, in the order in which the documentation lists them. */
export const settingDefinitions = {
  HOST: { fallback: '0.0.0.0', parse: parseListenAddress, description: 'Address to listen on.' },
  PORT: { fallback: '8000', parse: integer(0, 65_535), description: 'Port to listen on; 0 takes a free one.' },
  PUBLIC_URL: {
    parse: rootUrl,
    fallbackNote: 'from the request',
    description: 'The address people use; for absolute links, the set-up link and the Secure flag of cookies.',
  },
  ORGANISATION: { parse: text, description: "Name shown to customers on the upload page and in a token's answer." },
  LOGO_FILE: { parse: readLogo, description: 'PNG, JPEG, WebP or SVG, up to 512 KiB, shown on the upload page.' },
  HELP_DESK_URL: {
    parse: parseHelpDeskUrl,
    description: 'Where the help desk has a ticket: `https://help.example.com/tickets/{number}`; linked from its page.',
  },
  DATA_DIR: {
    fallback: './data',
    parse: text,
    description: 'Directory of the database, the secret key and the blobs.',
  },
  SECRET_KEY: {
    parse: secret,
    fallbackNote: 'made on first start in DATA_DIR/secret.key',
    description:
      'At least 32 random bytes; everything sealed and signed hangs on it. Back it up. Needed with an S3 store, and with several worker processes.',
  },
  SECRET_KEY_PREVIOUS: {
    parse: secret,
    description: 'The key before a change of it; needed until the log says that it can be removed.',
  },
  DB_URL: {
    parse: parseDatabaseUrl,
    fallbackNote: 'SQLite under DATA_DIR',
    description:
      '`sqlite:///relative`, `sqlite:////absolute`, `postgres://user:pass@host:port/db` (`postgresql://`, `psql://`).',
  },
  STORAGE_URL: {
    parse: parseStorageUrl,
    fallbackNote: 'files under DATA_DIR',
    description: 'Where archives go: `file:///path`, or `s3://bucket/prefix?endpoint=https://host&region=name`.',
  },
  AWS_ACCESS_KEY_ID: {
    parse: text,
    fallbackNote: 'what the tools of Amazon find: shared files, a web identity, the metadata service',
    description: 'Credentials for an S3 store; together with AWS_SECRET_ACCESS_KEY.',
  },
  AWS_SECRET_ACCESS_KEY: { parse: text, description: 'The secret to AWS_ACCESS_KEY_ID.' },
  AWS_SESSION_TOKEN: { parse: text, description: 'The token to temporary credentials.' },
  ALLOWED_HOSTS: {
    fallback: '*',
    parse: (value: string) => parseAllowedHosts(list(value)),
    description: 'Comma list of Host names, `.domain` for subdomains; others get 400.',
  },
  CSRF_TRUSTED_ORIGINS: {
    fallback: '',
    parse: origins,
    description: 'Comma list of further origins that may use cookie authentication; never opens CORS.',
  },
  TRUSTED_PROXIES: {
    fallback: 'loopback',
    parse: (value: string) => new NetworkList(list(value)),
    description: 'Comma list of networks whose X-Forwarded-* headers are believed.',
  },
  TZ: { fallback: 'UTC', parse: timeZone, description: 'Time zone of log lines meant for people.' },
  LOG_LEVEL: {
    fallback: 'info',
    parse: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    description: 'Least important kind of message that is logged.',
  },
  DEBUG: {
    fallback: 'false',
    parse: boolean,
    description: 'More detail in the log; changes neither security nor the API.',
  },
  WEB_CONCURRENCY: {
    fallback: '1',
    parse: integer(1, 64),
    description: 'API worker processes; more than 1 only with PostgreSQL. Limits per client then hold in each of them.',
  },
  REQUEST_IDLE_TIMEOUT: {
    fallback: '60s',
    parse: atLeast(1_000, '1s', parseDurationMs),
    description: 'How long a body may stand still (or stay under 1 KiB/s); a body that moves has no limit.',
  },
  KEEP_ALIVE_TIMEOUT: { fallback: '75s', parse: parseDurationMs, description: 'How long an idle connection is kept.' },
  LISTEN_BACKLOG: {
    fallback: '2048',
    parse: integer(1, 65_535),
    description: 'Connections that may wait to be accepted.',
  },
  MAX_UPLOAD_BYTES: {
    fallback: '100GiB',
    parse: atLeast(1, '1 byte', parseSizeBytes),
    description: 'Largest archive.',
  },
  MIN_FREE_BYTES: { fallback: '1GiB', parse: parseSizeBytes, description: 'Space that uploads always leave free.' },
  UPLOAD_TTL: {
    fallback: '7d',
    parse: atLeast(1_000, '1s', parseDurationMs),
    description: 'How long the bytes of an unfinished upload are kept.',
  },
  MAX_UPLOADS_PER_CLIENT: {
    fallback: '64',
    parse: integer(1, 100_000),
    description: 'Uploads one client address may run at once.',
  },
  MAX_SOCKETS_PER_CLIENT: {
    fallback: '256',
    parse: integer(1, 100_000),
    description: 'Connections one client address may hold.',
  },
  TOKEN_ATTEMPTS: { fallback: '5', parse: integer(0, 100), description: 'Archives that a new upload token allows.' },
  TOKEN_LIFETIME: {
    fallback: '7d',
    parse: atLeast(1_000, '1s', parseDurationMs),
    description: 'Lifetime of a new upload token.',
  },
  TOKEN_LIFETIME_MAX: {
    fallback: '90d',
    parse: atLeast(1_000, '1s', parseDurationMs),
    description: 'Longest lifetime that staff may give.',
  },
  TWO_FACTOR_POLICY: {
    fallback: 'sensitive',
    parse: oneOf('sensitive', 'always'),
    description:
      '`sensitive`: without a second factor no bytes, deletion or administration; `always`: nothing but enrolment.',
  },
  METRICS: {
    fallback: 'off',
    parse: parseMetricsAccess,
    description:
      'Prometheus metrics at `/metrics`: `off`, `port:9090` (a port of its own, open to whoever reaches it) or `token:<secret>` (on PORT, as a bearer token).',
  },
  SHUTTLE_URL: {
    parse: publicUrl,
    description:
      'Where this server reaches the log shuttle, for drains and live tails; together with SHUTTLE_AUTH_KEY.',
  },
  SHUTTLE_AUTH_KEY: { parse: headerText, description: 'AUTH_KEY of that shuttle.' },
  ADMIN_USERNAME: {
    parse: text,
    description: 'First administrator, made when no user exists; together with ADMIN_PASSWORD.',
  },
  ADMIN_PASSWORD: { parse: (value: string) => value, description: "The first administrator's password." },
} as const satisfies SettingDefinitions;
