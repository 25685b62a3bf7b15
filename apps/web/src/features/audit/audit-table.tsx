import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { Time } from '../../components/ui/amounts.js';
import table from '../../components/ui/table.module.css';
import styles from './audit.module.css';
import type { AuditFilter } from './audit-filter.js';
import { EventDetails } from './event-details.js';
import { useActorName, useSentence } from './use-sentence.js';

export interface AuditTableProps {
  readonly events: readonly Schema<'AuditEventView'>[];
  readonly onNarrow: (change: Partial<AuditFilter>) => void;
}

export function AuditTable({ events, onNarrow }: AuditTableProps) {
  const { t } = useTranslation('audit');
  const sentence = useSentence();
  const actorName = useActorName();
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${styles.events}`} aria-label={t('title')}>
        <thead>
          <tr>
            <th scope="col">{t('when')}</th>
            <th scope="col">{t('who')}</th>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('where')}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.id}>
              <td data-label={t('when')} className={`${styles.when} ${styles.fact}`}>
                <Time value={event.time} />
              </td>
              <td data-label={t('who')} className={styles.fact}>
                {actorName(event)}
              </td>
              <td className={styles.event}>
                <EventDetails event={event} sentence={sentence(event)} onNarrow={onNarrow} />
              </td>
              <td data-label={t('where')} className={`${styles.where} ${styles.fact}`}>
                {event.address ?? '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
