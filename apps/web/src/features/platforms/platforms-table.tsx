import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { paths } from '../../app/paths.js';
import { Bytes } from '../../components/ui/amounts.js';
import { Button } from '../../components/ui/button.js';
import table from '../../components/ui/table.module.css';
import { usageQuery } from './api/get-usage.js';
import styles from './platforms.module.css';

type Platform = Schema<'PlatformView'>;

export interface PlatformsTableProps {
  readonly platforms: readonly Platform[];
  /** Left out where the role does not allow it. */
  readonly onEdit: ((platform: Platform) => void) | undefined;
  readonly onDelete: ((platform: Platform) => void) | undefined;
}

export function PlatformsTable({ platforms, onEdit, onDelete }: PlatformsTableProps) {
  const { t } = useTranslation('platforms');
  const usage = useQuery(usageQuery);
  const usageOf = (name: string) => usage.data?.platforms.find((platform) => platform.name === name);
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label={t('title')}>
        <thead>
          <tr>
            <th scope="col">{t('pretty_name')}</th>
            <th scope="col">{t('name')}</th>
            <th scope="col" className={table.number}>
              {t('archives')}
            </th>
            <th scope="col" className={table.number}>
              {t('size')}
            </th>
            <th scope="col">
              <span className="visually-hidden">{t('actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {platforms.map((platform) => (
            <tr key={platform.id}>
              <td data-label={t('pretty_name')} className={table.title}>
                <Link to={`${paths.tickets.href()}?platform=${encodeURIComponent(platform.name)}`}>
                  {platform.pretty_name}
                </Link>
              </td>
              <td data-label={t('name')}>
                <code>{platform.name}</code>
              </td>
              <td data-label={t('archives')} className={table.number}>
                {usage.data ? (usageOf(platform.name)?.archives_count ?? 0) : '…'}
              </td>
              <td data-label={t('size')} className={table.number}>
                {usage.data ? <Bytes value={usageOf(platform.name)?.archives_bytes ?? 0} /> : '…'}
              </td>
              <td className={table.actions}>
                <div className={styles.rowActions}>
                  {onEdit && (
                    <Button
                      variant="quiet"
                      aria-label={t('edit', { name: platform.pretty_name })}
                      onPress={() => onEdit(platform)}
                    >
                      <Pencil aria-hidden />
                    </Button>
                  )}
                  {onDelete && (
                    <Button
                      variant="quiet"
                      aria-label={t('delete', { name: platform.pretty_name })}
                      onPress={() => onDelete(platform)}
                    >
                      <Trash2 aria-hidden />
                    </Button>
                  )}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
