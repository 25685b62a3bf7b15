import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { paths } from '../../app/paths.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Bytes, Time } from '../../components/ui/amounts.js';
import { Section } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import table from '../../components/ui/table.module.css';
import { formatBytes } from '../../lib/format.js';
import { platformChoicesQuery } from '../../lib/get-platforms.js';
import { resolvedQuery } from './api/get-resolved.js';
import styles from './storage.module.css';

const SHOWN = 10;

/** Archives of resolved tickets: nobody waits for them any more. */
export function WhatCouldGo() {
  const { t, i18n } = useTranslation('storage');
  const resolved = useQuery(resolvedQuery);
  const platforms = useQuery(platformChoicesQuery).data ?? [];
  const withArchives = (resolved.data?.rows ?? []).filter((ticket) => ticket.archives_bytes > 0);
  const biggest = withArchives.toSorted((one, other) => other.archives_bytes - one.archives_bytes).slice(0, SHOWN);
  const bytes = withArchives.reduce((sum, ticket) => sum + ticket.archives_bytes, 0);
  const isPart = resolved.data !== undefined && resolved.data.rows.length < resolved.data.total;
  return (
    <Section title={t('could_go')}>
      {resolved.isPending && <Skeleton />}
      {resolved.error && <ProblemNotice error={resolved.error} onRetry={() => void resolved.refetch()} />}
      {resolved.data && (
        <p className={styles.quiet}>
          {withArchives.length === 0
            ? t('could_go_nothing')
            : t(isPart ? 'could_go_part' : 'could_go_text', {
                count: withArchives.length,
                size: formatBytes(bytes, i18n.language),
              })}
        </p>
      )}
      {biggest.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table} aria-label={t('could_go')}>
            <thead>
              <tr>
                <th scope="col">{t('ticket')}</th>
                <th scope="col">{t('platform')}</th>
                <th scope="col">{t('last_change')}</th>
                <th scope="col" className={table.number}>
                  {t('archives_column')}
                </th>
                <th scope="col" className={table.number}>
                  {t('size')}
                </th>
              </tr>
            </thead>
            <tbody>
              {biggest.map((ticket) => (
                <tr key={ticket.id}>
                  <td data-label={t('ticket')} className={table.title}>
                    <Link to={paths.ticket.href(ticket.number)}>{ticket.number}</Link>
                  </td>
                  <td data-label={t('platform')}>
                    {platforms.find(({ name }) => name === ticket.platform)?.pretty_name ?? ticket.platform}
                  </td>
                  <td data-label={t('last_change')}>
                    <Time value={ticket.time_update} />
                  </td>
                  <td data-label={t('archives_column')} className={table.number}>
                    {ticket.archives_count.toLocaleString(i18n.language)}
                  </td>
                  <td data-label={t('size')} className={table.number}>
                    <Bytes value={ticket.archives_bytes} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
