import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { Send, Trash2 } from 'lucide-react';
import { lazy, memo, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Access } from '../../lib/access.js';
import { platformChoicesQuery } from '../../lib/get-platforms.js';
import { shownColumns } from '../columns/column-choice.js';
import { ColumnHeader } from '../columns/column-header.js';
import { ColumnTable } from '../columns/column-table.js';
import { ColumnsButton } from '../columns/columns-button.js';
import { RowGroup, rowGroups } from '../columns/row-group.js';
import { useColumnChoice } from '../columns/use-columns.js';
import { Button } from '../ui/button.js';
import { type ArchiveColumn, archiveColumns, useArchiveFacts } from './archive-columns.js';
import styles from './archive-table.module.css';
import { DeleteArchiveDialog } from './delete-archive-dialog.js';
import { DownloadLink } from './download-link.js';
import { useGrowingCount } from './use-growing-count.js';

const ReplayDialog = lazy(() => import('./replay-dialog.js').then((module) => ({ default: module.ReplayDialog })));

type Archive = Schema<'ArchiveView'>;

interface ArchiveTableProps {
  readonly archives: readonly Archive[];
  readonly download: Access;
  readonly deletion: Access;
  /** Whether there is a log shuttle that an archive can be sent through, by this person. */
  readonly canReplay?: boolean;
  /** With the ticket and the platform of each: where the list is of more than one ticket. */
  readonly withTicket?: boolean;
}

/** Each is missing where this person has no such button. */
interface ArchiveActions {
  readonly onReplay: ((archive: Archive) => void) | undefined;
  readonly onDelete: ((archive: Archive) => void) | undefined;
}

const tableNameOf = (withTicket: boolean) => (withTicket ? 'archives' : 'ticket-archives');

/** What has arrived, and what is asked about one of it. */
export function ArchiveTable({ canReplay = false, ...props }: ArchiveTableProps) {
  const [condemned, setCondemned] = useState<Archive>();
  const [replayed, setReplayed] = useState<Archive>();
  const { deletion } = props;
  return (
    <>
      <ArchiveRows
        {...props}
        onReplay={canReplay ? setReplayed : undefined}
        // Enrolment is explained above the list; a lock that a code opens is no reason to hide the button.
        onDelete={deletion === 'open' || deletion === 'code' ? setCondemned : undefined}
      />
      {condemned && <DeleteArchiveDialog archive={condemned} onClose={() => setCondemned(undefined)} />}
      <Suspense>{replayed && <ReplayDialog archive={replayed} onClose={() => setReplayed(undefined)} />}</Suspense>
    </>
  );
}

interface ArchiveRowsProps extends Omit<ArchiveTableProps, 'canReplay'>, ArchiveActions {}

/** Of hundreds, those are made that come into sight; none is looked at again because a dialog opens. */
const ArchiveRows = memo(function ArchiveRows(props: ArchiveRowsProps) {
  const { archives, download, deletion, onReplay, onDelete, withTicket = false } = props;
  const { t } = useTranslation('archives');
  const { count, endRef } = useGrowingCount(archives.length);
  const platforms = useQuery({ ...platformChoicesQuery, enabled: withTicket }).data ?? [];
  const names = new Map(platforms.map(({ name, pretty_name }) => [name, pretty_name]));
  const hasActions = download !== 'none' || deletion !== 'none';
  const table = tableNameOf(withTicket);
  const [choice] = useColumnChoice(table);
  // The same for all rows, which are made anew only where something of them has changed.
  const columns = useMemo(() => shownColumns(archiveColumns(t, withTicket), choice), [t, withTicket, choice]);
  return (
    <>
      <ColumnTable
        name={table}
        ids={[...columns.map(({ id }) => id), ...(hasActions ? ['actions'] : [])]}
        className={`${styles.archives} ${onReplay ? styles.sendable : ''}`}
        isLong
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <ColumnHeader
                key={column.id}
                table={table}
                id={column.id}
                className={column.className}
                isFixed={!hasActions && column === columns.at(-1)}
              >
                {column.text}
              </ColumnHeader>
            ))}
            {hasActions && (
              <ColumnHeader table={table} id="actions" isFixed>
                <span className="visually-hidden">{t('actions')}</span>
              </ColumnHeader>
            )}
          </tr>
        </thead>
        {rowGroups(archives.slice(0, count)).map((group) => (
          <RowGroup key={group.start} rows={group.rows.length}>
            {group.rows.map((archive) => (
              <ArchiveRow
                key={archive.id}
                archive={archive}
                columns={columns}
                download={download}
                platform={names.get(archive.platform) ?? archive.platform}
                hasActions={hasActions}
                // On a ticket's page `d` downloads the newest.
                hasKey={!withTicket && archive === archives[0]}
                onReplay={onReplay}
                onDelete={onDelete}
              />
            ))}
          </RowGroup>
        ))}
      </ColumnTable>
      {count < archives.length && <div ref={endRef} className={styles.end} />}
    </>
  );
});

/** Chooses the columns of the table of archives on this page. */
export function ArchiveColumnsButton({ withTicket = false }: Pick<ArchiveTableProps, 'withTicket'>) {
  const { t } = useTranslation('archives');
  return <ColumnsButton table={tableNameOf(withTicket)} columns={archiveColumns(t, withTicket)} />;
}

interface ArchiveRowProps extends ArchiveActions {
  readonly archive: Archive;
  readonly columns: readonly ArchiveColumn[];
  readonly download: Access;
  /** Its readable name. */
  readonly platform: string;
  readonly hasActions: boolean;
  readonly hasKey: boolean;
}

const ArchiveRow = memo(function ArchiveRow(props: ArchiveRowProps) {
  const { archive, columns, download, platform, hasActions, hasKey, onReplay, onDelete } = props;
  const { t } = useTranslation('archives');
  const factOf = useArchiveFacts();
  const { name, state } = archive;
  return (
    <tr>
      {columns.map(({ id, text, className }) => (
        <td key={id} data-label={id === 'name' ? undefined : text} className={className}>
          {factOf(id, archive, platform)}
        </td>
      ))}
      {hasActions && (
        <td>
          <span className={styles.actions}>
            {(download === 'open' || download === 'code') && state !== 'missing' && (
              <DownloadLink archive={archive} access={download} hasKey={hasKey} />
            )}
            {onReplay && state === 'stored' && (
              <Button variant="quiet" aria-label={t('replay_named', { name })} onPress={() => onReplay(archive)}>
                <Send aria-hidden />
              </Button>
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
