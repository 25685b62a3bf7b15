import type { Schema } from '@logs-collector/api-client/client';
import { CircleCheck, CircleDashed, CircleDot } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './ticket-state.module.css';

const ICONS = { resolved: CircleCheck, received: CircleDot, waiting: CircleDashed } as const;

/** Where a ticket stands, as icon and word. */
export function TicketState({ ticket }: { readonly ticket: Schema<'TicketView'> }) {
  const { t } = useTranslation('tickets');
  const state = ticket.resolved ? 'resolved' : ticket.archives_count > 0 ? 'received' : 'waiting';
  const Icon = ICONS[state];
  return (
    <span className={`${styles.state} ${styles[state]}`}>
      <Icon aria-hidden />
      {t(`state.${state}`)}
    </span>
  );
}
