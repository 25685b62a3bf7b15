import { describe, expect, it } from '@jest/globals';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { loadSettings } from './settings.js';

const required = { KAFKA_HOSTS: 'kafka', AUTH_KEY: 'key' };
const load = (environment: Record<string, string>) =>
  loadSettings({ ...required, ...environment }, (path) => `of ${path}`);

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('loadSettings', () => {
  it('has the documented defaults', () => {
    expect(load({ DATA_DIR: '/data' })).toMatchObject({
      KAFKA_HOSTS: [{ host: 'kafka', port: 9_092 }],
      SHUTTLE_PORT: 5_000,
      MAX_SYSLOG_CONNECTIONS: 40,
      DRAIN_BUFFER_BYTES: 256 * 2 ** 20,
      DRAIN_BUFFER_TOTAL: 4 * 2 ** 30,
      DRAIN_BUFFER_POLICY: 'drop_oldest',
      KAFKA_FROM: 'latest',
      RUN_SESSION: false,
      DB_URL: { kind: 'sqlite', path: '/data/shuttle.sqlite3' },
    });
  });

  it('takes SHUTTLE_PORT before PORT', () => {
    expect(load({ PORT: '1' }).SHUTTLE_PORT).toBe(1);
    expect(load({ PORT: '1', SHUTTLE_PORT: '2' }).SHUTTLE_PORT).toBe(2);
  });

  it('never uses the SQLite file of the API', () => {
    const environment = { DATA_DIR: '/data', DB_URL: 'sqlite:////data/logs-collector.sqlite3' };
    expect(load(environment).DB_URL).toEqual({ kind: 'sqlite', path: '/data/shuttle.sqlite3' });
  });

  it('knows POSTGRES_URL and USE_SESSION by their other names', () => {
    const url = 'postgres://u:p@h/db';
    expect(load({ POSTGRES_URL: url, USE_SESSION: '1' })).toMatchObject({ RUN_SESSION: true, DB_URL: { url } });
    expect(load({ POSTGRES_URL: 'postgres://x/y', DB_URL: url }).DB_URL).toMatchObject({ url });
  });

  it('reads certificates from the files that are named', () => {
    expect(load({ KAFKA_TLS: '1', KAFKA_CA_FILE: 'ca.pem' }).KAFKA_CA).toBe('of ca.pem');
  });

  it.each([
    [
      'a, b:1,[::1]:9',
      [
        { host: 'a', port: 9_092 },
        { host: 'b', port: 1 },
        { host: '::1', port: 9 },
      ],
    ],
  ])('reads the brokers %s', (text, brokers) => {
    expect(load({ KAFKA_HOSTS: text }).KAFKA_HOSTS).toEqual(brokers);
  });

  it.each([
    [{ KAFKA_HOSTS: '' }, 'KAFKA_HOSTS'],
    [{ KAFKA_HOSTS: 'kafka://a' }, 'KAFKA_HOSTS'],
    [{ KAFKA_HOSTS: 'a:b' }, 'KAFKA_HOSTS'],
    [{ KAFKA_HOSTS: 'a:70000' }, 'KAFKA_HOSTS'],
    [{ AUTH_KEY: '' }, 'AUTH_KEY'],
    [{ AUTH_KEY: ' key' }, 'AUTH_KEY'],
    [{ AUTH_KEY: 'schlüssel' }, 'AUTH_KEY'],
    [{ MAX_SYSLOG_CONNECTIONS: '1025' }, 'MAX_SYSLOG_CONNECTIONS'],
    [{ MAX_SYSLOG_CONNECTIONS: '-1' }, 'MAX_SYSLOG_CONNECTIONS'],
    [{ DRAIN_BUFFER_POLICY: 'block' }, 'DRAIN_BUFFER_POLICY'],
    [{ REDIS_URL: 'redis://cache' }, 'REDIS_URL'],
    [{ KAFKA_TLS: 'true', KAFKA_CERT: 'pem' }, 'KAFKA_CERT'],
    [{ KAFKA_CA_FILE: 'ca.pem' }, 'KAFKA_TLS'],
    [{ KAFKA_TLS: 'false', KAFKA_CERT_FILE: 'pem', KAFKA_KEY_FILE: 'pem' }, 'KAFKA_TLS'],
    [{ KAFKA_SASL_USERNAME: 'u' }, 'KAFKA_SASL_MECHANISM'],
  ])('refuses %j and names it', (environment, name) => {
    expect(faultsOf(environment)).toEqual([expect.stringMatching(new RegExp(`^${name}\\b`))]);
  });

  it('lets REDIS_URL be where the drains have a database', () => {
    expect(faultsOf({ REDIS_URL: 'redis://cache', POSTGRES_URL: 'postgres://h/db' })).toEqual([]);
  });
});
