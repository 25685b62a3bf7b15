import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { EmptyState } from '../../components/ui/empty-state.js';
import { LinkButton } from '../../components/ui/link-button.js';
import { Page } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { isOffered } from '../../lib/permissions.js';
import { useMe } from '../account/api/get-me.js';
import { auditQuery } from './api/get-audit.js';
import styles from './audit.module.css';
import { type AuditFilter, changed, exportHref, filterOf, parametersOf } from './audit-filter.js';
import { AuditFilters } from './audit-filters.js';
import { AuditTable } from './audit-table.js';

/** Who did what to what, when, from where; for administrators. */
export function AuditPage() {
  const { t, i18n } = useTranslation('audit');
  const me = useMe();
  const [parameters, setParameters] = useSearchParams();
  const filter = filterOf(parameters);
  const events = useQuery(auditQuery(filter));
  const narrow = (change: Partial<AuditFilter>): void => setParameters(parametersOf(changed(filter, change)));

  const { total = 0, isTotalExact = true, nextCursor } = events.data ?? {};
  const count = t('count', { count: total, number: total.toLocaleString(i18n.language) });
  const exports = (
    <>
      <LinkButton to={exportHref(filter, 'csv')} reloadDocument download>
        {t('export_csv')}
      </LinkButton>
      <LinkButton to={exportHref(filter, 'jsonl')} reloadDocument download>
        {t('export_jsonl')}
      </LinkButton>
    </>
  );
  return (
    <Page title={t('title')} actions={events.data && exports}>
      {isOffered(me, 'audit.read') && <AuditFilters filter={filter} onChange={narrow} />}
      {events.isPending && <Skeleton lines={10} />}
      {events.error && <ProblemNotice error={events.error} onRetry={() => void events.refetch()} />}
      {events.data && (
        <>
          <div className={styles.bar}>
            <p className={styles.quiet} role="status">
              {isTotalExact ? count : t('more_than', { number: total.toLocaleString(i18n.language) })}
            </p>
            {Object.keys(filter).length > 0 && (
              <Button variant="quiet" onPress={() => setParameters({})}>
                {t('clear')}
              </Button>
            )}
          </div>
          {events.data.rows.length === 0 ? (
            <EmptyState title={t('none')}>
              <p>{t('none_text')}</p>
            </EmptyState>
          ) : (
            <AuditTable events={events.data.rows} onNarrow={narrow} />
          )}
          <nav className={styles.buttons} aria-label={t('pages')}>
            {filter.cursor && (
              <LinkButton to={{ search: parametersOf(changed(filter, {})).toString() }}>{t('newest')}</LinkButton>
            )}
            {nextCursor && (
              <LinkButton to={{ search: parametersOf({ ...filter, cursor: nextCursor }).toString() }}>
                {t('older')}
              </LinkButton>
            )}
          </nav>
        </>
      )}
    </Page>
  );
}
