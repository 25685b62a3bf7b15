import type { GivenSettingsCheck, Settings } from '../../config/settings.js';
import { PasswordPolicy } from '../passwords/password-policy.js';
import { normaliseUsername, usernameFault } from '../users/username.rules.js';

type Relevant = Partial<Pick<Settings, 'ADMIN_USERNAME' | 'ADMIN_PASSWORD' | 'PUBLIC_URL' | 'ORGANISATION'>>;

/**
 * What is wrong with the account that the settings name. Checked at every start: whether it is still needed is only
 * known once the database is open, and then it is too late to name all faults together.
 */
export const firstAdministratorFaults: GivenSettingsCheck = (given) => [...unpaired(given), ...unfit(given)];

/** By presence, as a setting that could not be read is absent and has been named already. */
function unpaired(given: Relevant): string[] {
  if (!('ADMIN_USERNAME' in given && 'ADMIN_PASSWORD' in given)) return [];
  if ((given.ADMIN_USERNAME === undefined) === (given.ADMIN_PASSWORD === undefined)) return [];
  return ['ADMIN_USERNAME and ADMIN_PASSWORD must be set together'];
}

function unfit({ ADMIN_USERNAME: username, ADMIN_PASSWORD: password, ...place }: Relevant): string[] {
  const nameFault = username === undefined ? undefined : usernameFault(username);
  const policy = new PasswordPolicy({ PUBLIC_URL: place.PUBLIC_URL, ORGANISATION: place.ORGANISATION });
  const passwordFaults = password === undefined ? [] : policy.faults(password, normaliseUsername(username ?? ''));
  return [
    ...(nameFault === undefined ? [] : [`ADMIN_USERNAME ${nameFault}`]),
    ...passwordFaults.map((fault) => `ADMIN_PASSWORD ${fault}`),
  ];
}
