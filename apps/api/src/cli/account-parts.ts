import { ApiKeysRepository } from '../auth/api-keys/api-keys.repository.js';
import { InvitationIssuer } from '../auth/invitations/invitation-issuer.js';
import { InvitationsRepository } from '../auth/invitations/invitations.repository.js';
import { PasswordHasher } from '../auth/passwords/password-hasher.js';
import { PasswordPolicy } from '../auth/passwords/password-policy.js';
import { SessionsRepository } from '../auth/sessions/sessions.repository.js';
import { SetupCodesRepository } from '../auth/setup/setup-codes.repository.js';
import { LoginThrottle } from '../auth/throttling/login-throttle.js';
import { ThrottleRepository } from '../auth/throttling/throttle.repository.js';
import { RecoveryCodesRepository } from '../auth/two-factor/recovery-codes.repository.js';
import { SecondFactor } from '../auth/two-factor/second-factor.js';
import { CredentialReset } from '../auth/users/credential-reset.js';
import { LocalAdministration } from '../auth/users/local-administration.js';
import { UsersRepository } from '../auth/users/users.repository.js';
import { PublicUrl } from '../common/http/public-url.js';
import type { InstallationAccess } from './installation-access.js';

/** Makes invitations, as the server does. */
export function invitationIssuer({ keyRing, database, clock, ids, audit }: InstallationAccess): InvitationIssuer {
  const users = new UsersRepository(database);
  const sessions = new SessionsRepository(database);
  const recoveryCodes = new RecoveryCodesRepository(database);
  const throttle = new LoginThrottle(new ThrottleRepository(database), sessions, keyRing, clock);
  const secondFactor = new SecondFactor(users, sessions, recoveryCodes, throttle, keyRing, audit, clock, ids);
  return new InvitationIssuer(new InvitationsRepository(database), secondFactor, keyRing, clock, ids);
}

/** Puts together what the commands about accounts need of `auth`. */
export function localAdministration(access: InstallationAccess): LocalAdministration {
  const { settings, database, clock, ids, audit } = access;
  const users = new UsersRepository(database);
  const sessions = new SessionsRepository(database);
  const apiKeys = new ApiKeysRepository(database);
  const recoveryCodes = new RecoveryCodesRepository(database);
  const invitations = invitationIssuer(access);
  return new LocalAdministration({
    ...{ database, users, audit, clock, ids, invitations },
    setupCodes: new SetupCodesRepository(database),
    credentials: new CredentialReset(users, sessions, apiKeys, recoveryCodes, invitations, clock),
    policy: new PasswordPolicy(settings),
    hasher: new PasswordHasher(),
  });
}

/** The page on which the holder of an invitation sets password and second factor. */
export function invitationLink(access: InstallationAccess, code: string): string {
  return `${new PublicUrl(access.settings).withoutRequest()}/invitation#${code}`;
}

/** The line that hands the secret of an invitation to the person at the machine, and to nobody's log. */
export function invitationLines(
  access: InstallationAccess,
  { code, expiresAt }: { readonly code: string; readonly expiresAt: number },
): string[] {
  const link = invitationLink(access, code);
  return [`Password and second factor are set on this link, once, until ${new Date(expiresAt).toISOString()}:`, link];
}
