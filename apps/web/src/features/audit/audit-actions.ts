import type { Schema } from '@logs-collector/api-client/client';

/** Everything the API writes down, by what it is about. */
export const ACTIONS = [
  ...(['ticket.created', 'ticket.changed', 'ticket.resolved', 'ticket.reopened', 'ticket.deleted'] as const),
  ...(['token.created', 'token.shown', 'token.changed', 'token.revoked'] as const),
  ...(['upload.started', 'archive.received', 'archive.downloaded', 'archive.deleted'] as const),
  ...(['archive.missing', 'archive.corrupt', 'archive.stored', 'blob.quarantined'] as const),
  ...(['ticket.imported', 'archive.imported', 'platform.imported', 'user.imported'] as const),
  ...(['platform.created', 'platform.changed', 'platform.deleted'] as const),
  ...(['drain.created', 'drain.changed', 'drain.deleted', 'drain.tested', 'stream.watched'] as const),
  ...(['capture.started', 'capture.stopped', 'capture.cancelled', 'capture.ended'] as const),
  ...(['replay.started', 'replay.cancelled', 'replay.ended'] as const),
  ...(['login.succeeded', 'login.failed', 'session.ended', 'session.refresh_reused', 'password.changed'] as const),
  ...(['second_factor.confirmed', 'second_factor.failed', 'second_factor.removed', 'second_factor.reset'] as const),
  ...(['recovery_code.used', 'recovery_codes.regenerated', 'api_key.created', 'api_key.revoked'] as const),
  ...(['user.created', 'user.invited', 'user.updated', 'invitation.accepted', 'setup.completed'] as const),
  ...(['installation.restored', 'installation.index_rebuilt', 'installation.key_rotated'] as const),
] as const;
export type Action = (typeof ACTIONS)[number];

/** What actions are about: the part before the dot. */
export const GROUPS = [...new Set(ACTIONS.map(groupOf))];

export const TARGET_KINDS = [
  ...(['ticket', 'archive', 'token', 'platform', 'user', 'session', 'api_key', 'blob'] as const),
  ...(['drain', 'app', 'site'] as const),
] as const;

type Event = Schema<'AuditEventView'>;

export function isKnown(action: string): action is Action {
  return ACTIONS.some((known) => known === action);
}

/** `ticket.` of `ticket.created`: what the API takes for all of them. */
export function groupOf(action: Action): `${Head<Action>}.` {
  return `${action.split('.')[0] as Head<Action>}.`;
}
type Head<Name extends string> = Name extends `${infer First}.${string}` ? First : never;

/** Under which key the sentence of an event stands; some say more about a special case. */
export function sentenceOf(event: Event): Action | SpecialCase | undefined {
  if (!isKnown(event.action)) return undefined;
  return SPECIAL_CASES[event.action]?.(event) ?? event.action;
}

/** The number of the ticket that an event is about, as it was then. */
export function ticketOf({ target_kind, target_name, details }: Event): string | undefined {
  if (target_kind === 'ticket') return target_name ?? undefined;
  return typeof details.ticket_number === 'string' ? details.ticket_number : undefined;
}

const SPECIAL_CASES: Partial<Record<Action, (event: Event) => SpecialCase | undefined>> = {
  'login.failed': ({ target_name, details }) => {
    if (!target_name) return 'login.failed_unknown';
    return details.reason === 'two_factor_required' ? 'login.failed_code' : 'login.failed_password';
  },
  'session.ended': ({ actor_name, target_name }) => (actor_name === target_name ? 'session.ended_own' : undefined),
  'archive.downloaded': ({ details }) =>
    typeof details.from === 'number' && details.from > 0 ? 'archive.downloaded_part' : undefined,
  'token.created': unnamed('token.created_unnamed'),
  'token.shown': unnamed('token.shown_unnamed'),
  'token.changed': unnamed('token.changed_unnamed'),
  'token.revoked': unnamed('token.revoked_unnamed'),
  'user.updated': ({ details }) => (details.is_active ? 'user.updated_active' : 'user.updated_deactivated'),
};

type SpecialCase =
  | 'login.failed_unknown'
  | 'login.failed_code'
  | 'login.failed_password'
  | 'session.ended_own'
  | 'archive.downloaded_part'
  | `token.${'created' | 'shown' | 'changed' | 'revoked'}_unnamed`
  | 'user.updated_active'
  | 'user.updated_deactivated';

function unnamed(key: SpecialCase): (event: Event) => SpecialCase | undefined {
  return ({ target_name }) => (target_name ? undefined : key);
}
