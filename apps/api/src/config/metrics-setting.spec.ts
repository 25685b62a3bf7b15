import { describe, expect, it } from '@jest/globals';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { loadSettings } from './settings.js';

const SECRET = 'Zq8rW2mXn5vTk9Lp3Hc7Jd1Fs6Gb4Ya0';
const POSTGRES = 'postgres://user:password@127.0.0.1/logs';

const accessOf = (environment: Readonly<Record<string, string>>, file = '') =>
  loadSettings(environment, () => file).METRICS;

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadSettings(environment, () => '');
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}

describe('METRICS', () => {
  it('is off unless it is set', () => {
    expect(accessOf({})).toEqual({ kind: 'off' });
  });

  it('may be off, a port of its own, or a secret, also from a file', () => {
    expect(accessOf({ METRICS: ' off ' })).toEqual({ kind: 'off' });
    expect(accessOf({ METRICS: 'port:9090' })).toEqual({ kind: 'port', port: 9090 });
    expect(accessOf({ METRICS: `token:${SECRET}` })).toEqual({ kind: 'token', secret: SECRET });
    expect(accessOf({ METRICS_FILE: '/run/secrets/metrics' }, `token:${SECRET}\n`)).toEqual({
      kind: 'token',
      secret: SECRET,
    });
  });

  it.each([
    'on',
    '9090',
    'port:',
    'port:x',
    'port:65536',
    'token:',
    'token:short',
    `token:${SECRET} ${SECRET}`,
    SECRET,
  ])('may not be %s, and the fault does not repeat it', (value) => {
    const faults = faultsOf({ METRICS: value });
    expect(faults).toEqual([expect.stringMatching(/^METRICS must /)]);
    expect(faults.join()).not.toContain(SECRET);
  });

  it.each([
    ['the port of the API', { METRICS: 'port:8000' }],
    [
      'a secret with several processes',
      { METRICS: `token:${SECRET}`, WEB_CONCURRENCY: '2', DB_URL: POSTGRES, SECRET_KEY: SECRET },
    ],
  ])('is refused as %s', (_, environment) => {
    expect(faultsOf(environment)).toEqual([expect.stringMatching(/^METRICS must /)]);
  });
});
