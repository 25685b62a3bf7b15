import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { type Action, type GROUPS, sentenceOf, ticketOf } from './audit-actions.js';

type Event = Schema<'AuditEventView'>;

const ROLES = ['viewer', 'staff', 'admin'] as const;

/** What happened, as a sentence; an action that this version does not know stays as the API names it. */
export function useSentence(): (event: Event) => string {
  const { t } = useTranslation('audit');
  return (event) => {
    const key = sentenceOf(event);
    if (!key) return event.target_name ? `${event.action} ${event.target_name}` : event.action;
    const role = ROLES.find((known) => known === event.details.role);
    const sentence = t(`sentences.${key}`, { name: event.target_name ?? '', role: role ? t(`roles.${role}`) : '' });
    const ticket = ticketOf(event);
    return ticket === undefined || event.target_kind === 'ticket' ? sentence : t('of_ticket', { sentence, ticket });
  };
}

/** An action by itself: its sentence with the names left open. */
export function useActionName(): (action: Action) => string {
  const { t } = useTranslation('audit');
  return (action) => t(`sentences.${action}`, { name: '…', role: '…' });
}

/** Who did it. */
export function useActorName(): (event: Event) => string {
  const { t } = useTranslation('audit');
  return ({ actor_kind, actor_name }) => {
    if (actor_name) return actor_name;
    if (actor_kind === 'customer') return t('actors.customer');
    return t(actor_kind === 'system' ? 'actors.system' : 'actors.anonymous');
  };
}

/** `ticket.` as people say it. */
export function useGroupName(): (group: (typeof GROUPS)[number]) => string {
  const { t } = useTranslation('audit');
  const names = t('groups', { returnObjects: true });
  return (group) => Object.entries(names).find(([name]) => `${name}.` === group)?.[1] ?? group;
}
