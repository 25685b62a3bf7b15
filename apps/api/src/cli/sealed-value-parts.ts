import { AuditChainRepository } from '../audit/audit-chain.repository.js';
import { SealedAnchor } from '../audit/sealed-anchor.js';
import { SealedChainEnd } from '../audit/sealed-chain-end.js';
import { InvitationsRepository } from '../auth/invitations/invitations.repository.js';
import { SessionsRepository } from '../auth/sessions/sessions.repository.js';
import { SealedSecrets } from '../auth/two-factor/sealed-secrets.js';
import { UsersRepository } from '../auth/users/users.repository.js';
import { SealedValues } from '../database/sealed-values.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { TokensRepository } from '../tokens/tokens.repository.js';
import type { InstallationAccess } from './installation-access.js';

/** Makes and recognises upload tokens, as in the server. */
export function tokenIssuer(access: InstallationAccess, values = new SealedValues()): TokenIssuer {
  const { settings, keyRing, database, clock, ids } = access;
  return new TokenIssuer(new TokensRepository(database), keyRing, values, settings, clock, ids);
}

/** Everything that is sealed with SECRET_KEY, as its modules register it in the server. */
export function sealedValues(access: InstallationAccess): SealedValues {
  const { database, record } = access;
  const values = new SealedValues();
  const users = new UsersRepository(database);
  const sessions = new SessionsRepository(database);
  new SealedChainEnd(values, new AuditChainRepository(database)).onModuleInit();
  new SealedAnchor(values, record).onModuleInit();
  new SealedSecrets(values, users, sessions, new InvitationsRepository(database)).onModuleInit();
  tokenIssuer(access, values).onModuleInit();
  return values;
}
