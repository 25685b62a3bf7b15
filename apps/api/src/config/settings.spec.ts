import { describe, expect, it } from '@jest/globals';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { loadSettings } from './settings.js';

const SECRET_KEY = 'wB7rKq2ZtLx9VmYc4NpHs8DfJg3AeUo6Ri5';
const POSTGRES = 'postgres://user:password@127.0.0.1/logs';

function faultsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    loadSettings(environment, () => '');
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}

describe('Settings of several processes', () => {
  it.each([
    { WEB_CONCURRENCY: '4', DB_URL: POSTGRES, SECRET_KEY },
    { WEB_CONCURRENCY: '1' },
    { STORAGE_URL: 's3://archives', SECRET_KEY },
    { STORAGE_URL: 's3://archives', SECRET_KEY, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' },
  ])('may be %j', (environment) => {
    expect(faultsOf(environment)).toEqual([]);
  });

  it.each([
    [{ WEB_CONCURRENCY: '2', SECRET_KEY }, 'WEB_CONCURRENCY'],
    [{ WEB_CONCURRENCY: '2', DB_URL: POSTGRES }, 'SECRET_KEY'],
    [{ WEB_CONCURRENCY: '0' }, 'WEB_CONCURRENCY'],
    [{ STORAGE_URL: 's3://archives' }, 'SECRET_KEY'],
    [{ STORAGE_URL: 's3://archives', SECRET_KEY, AWS_ACCESS_KEY_ID: 'id' }, 'AWS_ACCESS_KEY_ID'],
    [{ STORAGE_URL: 's3://archives', SECRET_KEY, MAX_UPLOAD_BYTES: '626GiB' }, 'MAX_UPLOAD_BYTES'],
  ])('may not be %j', (environment, name) => {
    expect(faultsOf(environment)).toEqual([expect.stringMatching(`^${name} `)]);
  });
});

describe('PUBLIC_URL', () => {
  it.each(['https://logs.example.com', 'http://10.0.0.7:8000/'])('may be %s', (PUBLIC_URL) => {
    expect(faultsOf({ PUBLIC_URL })).toEqual([]);
  });

  it.each(['https://example.com/logs', 'https://example.com/logs/', 'ftp://example.com', 'https://example.com/?a=b'])(
    'may not be %s',
    (PUBLIC_URL) => {
      expect(faultsOf({ PUBLIC_URL })).toEqual([expect.stringMatching(/^PUBLIC_URL must /)]);
    },
  );
});

describe('SHUTTLE_URL and SHUTTLE_AUTH_KEY', () => {
  const SHUTTLE_URL = 'http://shuttle:5000';
  const SHUTTLE_AUTH_KEY = 'key';

  it('may both be there, or neither', () => {
    expect(faultsOf({ SHUTTLE_URL, SHUTTLE_AUTH_KEY })).toEqual([]);
    expect(faultsOf({})).toEqual([]);
  });

  it.each([{ SHUTTLE_URL }, { SHUTTLE_AUTH_KEY }])('are refused alone: %j', (environment) => {
    expect(faultsOf(environment)).toEqual(['SHUTTLE_URL and SHUTTLE_AUTH_KEY must be set together']);
  });

  it('are refused where a header cannot carry the key, once and without it', () => {
    const faults = faultsOf({ SHUTTLE_URL, SHUTTLE_AUTH_KEY: 'canary\n' });
    expect(faults).toEqual([expect.stringMatching(/^SHUTTLE_AUTH_KEY must be printable ASCII/)]);
    expect(faults.join()).not.toContain('canary');
  });
});
