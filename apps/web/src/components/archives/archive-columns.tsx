import type { Schema } from '@logs-collector/api-client/client';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { ticketPath } from '../../lib/ticket-path.js';
import type { Column } from '../columns/column-choice.js';
import { Bytes, Time } from '../ui/amounts.js';
import { Badge } from '../ui/badge.js';
import { CopyButton } from '../ui/copy-button.js';
import styles from './archive-table.module.css';

type ColumnId = 'name' | 'ticket' | 'platform' | 'size' | 'sha256' | 'from' | 'when';

export interface ArchiveColumn extends Column<ColumnId> {
  readonly className?: string | undefined;
}

/** What a list of archives can show of each; `withTicket`: it is of more than one ticket. */
export function archiveColumns(t: TFunction<'archives'>, withTicket: boolean): readonly ArchiveColumn[] {
  return [
    { id: 'name', text: t('name'), isNeeded: true, className: styles.name },
    ...(withTicket
      ? ([
          { id: 'ticket', text: t('ticket') },
          { id: 'platform', text: t('platform') },
        ] as const)
      : []),
    { id: 'size', text: t('size'), className: styles.size },
    { id: 'sha256', text: t('sha256'), className: styles.sha256 },
    { id: 'from', text: t('from'), className: styles.from },
    { id: 'when', text: t('when') },
  ];
}

/** Says what a column shows of an archive; `platform`: its readable name. */
export function useArchiveFacts(): (id: ColumnId, archive: Schema<'ArchiveView'>, platform: string) => ReactNode {
  const { t } = useTranslation('archives');
  return (id, { name, ticket, size, sha256, state, capture, uploaded_from: address, time_create: time }, platform) => {
    switch (id) {
      case 'name':
        return (
          <>
            <span className="mono">{name}</span> {capture && <Badge status="info">{t('capture')}</Badge>}{' '}
            {state !== 'stored' && <Badge status="danger">{t(`state.${state}`)}</Badge>}
          </>
        );
      case 'ticket':
        return (
          <Link to={ticketPath(ticket)} className="mono">
            {ticket}
          </Link>
        );
      case 'platform':
        return platform;
      case 'size':
        return <Bytes value={size} />;
      case 'sha256':
        return (
          <span className={styles.digest}>
            <code title={sha256}>{sha256.slice(0, 12)}…</code>
            <CopyButton text={sha256} label={t('copy_sha256', { name })} />
          </span>
        );
      case 'from':
        return <span className="mono">{address}</span>;
      case 'when':
        return <Time value={time} />;
    }
  };
}
