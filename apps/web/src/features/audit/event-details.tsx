import type { Schema } from '@logs-collector/api-client/client';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../../app/paths.js';
import { Button } from '../../components/ui/button.js';
import { LinkButton } from '../../components/ui/link-button.js';
import { formatExactBytes, formatExactTime } from '../../lib/format.js';
import styles from './audit.module.css';
import { ticketOf } from './audit-actions.js';
import type { AuditFilter } from './audit-filter.js';

type Event = Schema<'AuditEventView'>;

export interface EventDetailsProps {
  readonly event: Event;
  /** What happened; opens the rest. */
  readonly sentence: string;
  readonly onNarrow: (change: Partial<AuditFilter>) => void;
}

/** Everything the trail knows of an event, and the way to what is like it. */
export function EventDetails({ event, sentence, onNarrow }: EventDetailsProps) {
  const { t, i18n } = useTranslation('audit');
  const { actor_id, actor_name, target_kind, target_id, target_name } = event;
  const actor = actor_name ?? actor_id;
  const target = target_id ?? target_name;
  const ticket = ticketOf(event);
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t('facts.time'), formatExactTime(event.time, i18n.language)],
    [t('facts.action'), <code key="action">{event.action}</code>],
    [t('facts.actor'), [event.actor_kind, actor_name, actor_id].filter(Boolean).join(' · ')],
    [t('facts.target'), [target_kind, target_name, target_id].filter(Boolean).join(' · ')],
    [t('facts.address'), event.address],
    [t('facts.agent'), event.agent],
    [t('facts.request'), event.request_id],
    ...Object.entries(event.details).map(([name, value]) => [name, factOf(name, value, i18n.language)] as const),
  ];
  return (
    <details className={styles.details}>
      <summary>
        <ChevronRight aria-hidden />
        {sentence}
      </summary>
      <dl className={styles.facts}>
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
      </dl>
      <div className={styles.buttons}>
        {actor && <Button onPress={() => onNarrow({ actor })}>{t('only_actor')}</Button>}
        {target && (
          <Button onPress={() => onNarrow({ kind: target_kind ?? undefined, target })}>{t('only_target')}</Button>
        )}
        {ticket && <LinkButton to={paths.ticket.href(ticket)}>{t('open_ticket')}</LinkButton>}
      </div>
    </details>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** Names of facts stay as the API has them, as in the exported files; sizes become readable. */
function factOf(name: string, value: unknown, language: string): string {
  if (name === 'size' && typeof value === 'number') return formatExactBytes(value, language);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
