import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { EmptyState } from '../../components/ui/empty-state.js';
import { Page } from '../../components/ui/page.js';
import { SearchField } from '../../components/ui/search-field.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { isOffered } from '../../lib/permissions.js';
import { useTypedFilter } from '../../lib/use-typed-filter.js';
import { useMe } from '../account/api/get-me.js';
import { platformsQuery } from './api/get-platforms.js';
import { DeletePlatformDialog } from './delete-platform-dialog.js';
import { PlatformDialog } from './platform-dialog.js';
import styles from './platforms.module.css';
import { PlatformsTable } from './platforms-table.js';

type Opened =
  | { readonly action: 'edit' | 'delete'; readonly platform: Schema<'PlatformView'> }
  | { readonly action: 'new' };

/** The products that tickets are about. */
export function PlatformsPage() {
  const { t } = useTranslation('platforms');
  const me = useMe();
  const [parameters, setParameters] = useSearchParams();
  const [opened, setOpened] = useState<Opened>();
  const search = parameters.get('search') ?? '';
  const [typed, setTyped] = useTypedFilter(search, (text) =>
    setParameters(text ? { search: text } : {}, { replace: true }),
  );
  const platforms = useQuery(platformsQuery(search));
  const mayEdit = isOffered(me, 'platform.edit');
  const close = (): void => setOpened(undefined);

  const add = (
    <Button variant="primary" onPress={() => setOpened({ action: 'new' })}>
      <Plus aria-hidden />
      {t('new')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={mayEdit && add}>
      <div className={styles.search}>
        <SearchField label={t('search')} placeholder={t('search')} value={typed} onChange={setTyped} shortcut="/" />
      </div>
      {platforms.isPending && <Skeleton lines={6} />}
      {platforms.error && <ProblemNotice error={platforms.error} onRetry={() => void platforms.refetch()} />}
      {platforms.data?.rows.length === 0 &&
        (search ? (
          <EmptyState title={t('none_found', { search })}>
            <p>{t('none_found_text')}</p>
          </EmptyState>
        ) : (
          <EmptyState title={t('none')}>
            <p>{t(mayEdit ? 'none_text' : 'none_text_viewer')}</p>
          </EmptyState>
        ))}
      {platforms.data && platforms.data.rows.length > 0 && (
        <PlatformsTable
          platforms={platforms.data.rows}
          onEdit={mayEdit ? (platform) => setOpened({ action: 'edit', platform }) : undefined}
          onDelete={
            isOffered(me, 'platform.delete') ? (platform) => setOpened({ action: 'delete', platform }) : undefined
          }
        />
      )}
      {opened?.action === 'new' && <PlatformDialog onClose={close} />}
      {opened?.action === 'edit' && <PlatformDialog platform={opened.platform} onClose={close} />}
      {opened?.action === 'delete' && <DeletePlatformDialog platform={opened.platform} onClose={close} />}
    </Page>
  );
}
