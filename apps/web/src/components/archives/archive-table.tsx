import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { Access } from '../../lib/access.js';
import { platformChoicesQuery } from '../../lib/get-platforms.js';
import { ticketPath } from '../../lib/ticket-path.js';
import { Bytes, Time } from '../ui/amounts.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { CopyButton } from '../ui/copy-button.js';
import table from '../ui/table.module.css';
import styles from './archive-table.module.css';
import { DeleteArchiveDialog } from './delete-archive-dialog.js';
import { DownloadLink } from './download-link.js';
import { useGrowingCount } from './use-growing-count.js';

type Archive = Schema<'ArchiveView'>;

interface ArchiveTableProps {
  readonly archives: readonly Archive[];
  readonly download: Access;
  readonly deletion: Access;
  /** With the ticket and the platform of each: where the list is of more than one ticket. */
  readonly withTicket?: boolean;
}

/** What has arrived. Of hundreds, those are made that come into sight. */
export function ArchiveTable({ archives, download, deletion, withTicket = false }: ArchiveTableProps) {
  const { t } = useTranslation('archives');
  const { count, endRef } = useGrowingCount(archives.length);
  const [condemned, setCondemned] = useState<Archive>();
  const platforms = useQuery({ ...platformChoicesQuery, enabled: withTicket }).data ?? [];
  const names = new Map(platforms.map(({ name, pretty_name }) => [name, pretty_name]));
  const hasActions = download !== 'none' || deletion !== 'none';
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${styles.archives}`}>
        <thead>
          <tr>
            <th>{t('name')}</th>
            {withTicket && <th>{t('ticket')}</th>}
            {withTicket && <th>{t('platform')}</th>}
            <th className={styles.size}>{t('size')}</th>
            <th>{t('sha256')}</th>
            <th>{t('from')}</th>
            <th>{t('when')}</th>
            {hasActions && (
              <th>
                <span className="visually-hidden">{t('actions')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {archives.slice(0, count).map((archive) => (
            <ArchiveRow
              key={archive.id}
              archive={archive}
              download={download}
              platform={withTicket ? (names.get(archive.platform) ?? archive.platform) : undefined}
              hasActions={hasActions}
              // Enrolment is explained above the list; a lock that a code opens is no reason to hide the button.
              onDelete={deletion === 'open' || deletion === 'code' ? setCondemned : undefined}
            />
          ))}
        </tbody>
      </table>
      {count < archives.length && <div ref={endRef} className={styles.end} />}
      {condemned && <DeleteArchiveDialog archive={condemned} onClose={() => setCondemned(undefined)} />}
    </div>
  );
}

interface ArchiveRowProps {
  readonly archive: Archive;
  readonly download: Access;
  /** Its readable name; undefined where it goes without saying. */
  readonly platform: string | undefined;
  readonly hasActions: boolean;
  readonly onDelete: ((archive: Archive) => void) | undefined;
}

const ArchiveRow = memo(function ArchiveRow(props: ArchiveRowProps) {
  const { archive, download, platform, hasActions, onDelete } = props;
  const { t } = useTranslation('archives');
  const { name, ticket, sha256, state } = archive;
  return (
    <tr>
      <td className={styles.name}>
        <span className="mono">{name}</span>{' '}
        {state !== 'stored' && <Badge status="danger">{t(`state.${state}`)}</Badge>}
      </td>
      {platform !== undefined && (
        <td data-label={t('ticket')}>
          <Link to={ticketPath(ticket)} className="mono">
            {ticket}
          </Link>
        </td>
      )}
      {platform !== undefined && <td data-label={t('platform')}>{platform}</td>}
      <td data-label={t('size')} className={styles.size}>
        <Bytes value={archive.size} />
      </td>
      <td data-label={t('sha256')}>
        <span className={styles.digest}>
          <code title={sha256}>{sha256.slice(0, 12)}…</code>
          <CopyButton text={sha256} label={t('copy_sha256', { name })} />
        </span>
      </td>
      <td data-label={t('from')}>
        <span className="mono">{archive.uploaded_from}</span>
      </td>
      <td data-label={t('when')}>
        <Time value={archive.time_create} />
      </td>
      {hasActions && (
        <td>
          <span className={styles.actions}>
            {(download === 'open' || download === 'code') && state !== 'missing' && (
              <DownloadLink archive={archive} access={download} />
            )}
            {onDelete && (
              <Button variant="quiet" aria-label={t('delete_named', { name })} onPress={() => onDelete(archive)}>
                <Trash2 aria-hidden />
              </Button>
            )}
          </span>
        </td>
      )}
    </tr>
  );
});
