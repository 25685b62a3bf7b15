import { describe, expect, it } from '@jest/globals';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { loadSettings } from '../../config/settings.js';
import { firstAdministratorFaults } from './first-administrator.js';

const GOOD = 'plover-7-anvil-quartz';

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadSettings(environment, () => GOOD, [firstAdministratorFaults]);
    return [];
  } catch (error) {
    return error instanceof SettingsError ? error.faults : [String(error)];
  }
}

describe('The account that the settings name', () => {
  it('is accepted by the rules of every account', () => {
    expect(faultsOf({ ADMIN_USERNAME: 'Anna', ADMIN_PASSWORD: GOOD })).toEqual([]);
    expect(faultsOf({ ADMIN_USERNAME: 'Anna', ADMIN_PASSWORD_FILE: '/run/secrets/password' })).toEqual([]);
  });

  it('has its faults named together with those of all other settings, and never a value', () => {
    const faults = faultsOf({
      PORT: 'eighty',
      TOKEN_LIFETIME: '9d',
      TOKEN_LIFETIME_MAX: '8d',
      ADMIN_USERNAME: '-canary-',
      ADMIN_PASSWORD: 'canary',
    });
    expect(faults).toEqual([
      expect.stringMatching(/^PORT must/),
      'TOKEN_LIFETIME must not exceed TOKEN_LIFETIME_MAX',
      expect.stringMatching(/^ADMIN_USERNAME may have letters/),
      expect.stringMatching(/^ADMIN_PASSWORD must have at least 12 characters/),
    ]);
    expect(faults.join()).not.toContain('canary');
  });

  it.each<Record<string, string>>([{ ADMIN_USERNAME: 'anna' }, { ADMIN_PASSWORD: GOOD }])(
    'is named whole or not at all: %j',
    (environment) =>
      expect(faultsOf({ ...environment, HOST: 'a b' })).toEqual([
        expect.stringMatching(/^HOST must/),
        'ADMIN_USERNAME and ADMIN_PASSWORD must be set together',
      ]),
  );

  it('has an unreadable password named once', () => {
    const environment = { ADMIN_USERNAME: 'anna', ADMIN_PASSWORD: GOOD, ADMIN_PASSWORD_FILE: '/run/secrets/password' };
    expect(faultsOf(environment)).toEqual(['ADMIN_PASSWORD and ADMIN_PASSWORD_FILE are both set; set one of them']);
  });

  it('may not have a password that the place or the name gives away', () => {
    const place = { ORGANISATION: 'Quartz Ltd', PUBLIC_URL: 'https://plover.example.com' };
    const faults = faultsOf({ ...place, ADMIN_USERNAME: 'anna', ADMIN_PASSWORD: GOOD });
    expect(faults).toEqual([expect.stringMatching(/^ADMIN_PASSWORD must not contain/)]);
  });
});
