import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Time } from '../../components/ui/amounts.js';
import { Badge } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.js';
import { Section } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import table from '../../components/ui/table.module.css';
import { useNow } from '../../lib/use-now.js';
import { apiKeysQuery, useRevokeApiKey } from './api/api-keys.js';
import { useMe } from './api/get-me.js';
import { NewApiKeyDialog } from './new-api-key-dialog.js';

/** Keys with which scripts act for this account. */
export function ApiKeysSection() {
  const { t } = useTranslation('account');
  const { permissions } = useMe();
  const mayRead = permissions.includes('api-key.read');
  const keys = useQuery({ ...apiKeysQuery, enabled: mayRead });
  const [isMaking, setMaking] = useState(false);
  const actions = mayRead && (
    <Button onPress={() => setMaking(true)}>
      <Plus aria-hidden />
      {t('keys.new')}
    </Button>
  );
  return (
    <Section title={t('keys.title')} actions={actions}>
      <p>{t('keys.text')}</p>
      {!mayRead ? (
        <div>
          <Badge status="warning">{t('keys.locked')}</Badge>
        </div>
      ) : keys.data ? (
        <KeysTable apiKeys={keys.data} />
      ) : keys.error ? (
        <ProblemNotice error={keys.error} onRetry={() => void keys.refetch()} />
      ) : (
        <Skeleton />
      )}
      {isMaking && <NewApiKeyDialog onClose={() => setMaking(false)} />}
    </Section>
  );
}

function KeysTable({ apiKeys }: { readonly apiKeys: readonly Schema<'ApiKeyView'>[] }) {
  const { t } = useTranslation('account');
  const revoke = useRevokeApiKey();
  const now = useNow();
  const [chosen, setChosen] = useState<Schema<'ApiKeyView'>>();
  const close = (): void => {
    setChosen(undefined);
    revoke.reset();
  };
  if (apiKeys.length === 0) return <p>{t('keys.none')}</p>;
  return (
    <>
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t('keys.label')}</th>
              <th scope="col">{t('keys.scopes')}</th>
              <th scope="col">{t('keys.expires')}</th>
              <th scope="col">{t('keys.last_used')}</th>
              <th scope="col">
                <span className="visually-hidden">{t('keys.revoke')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {apiKeys.map((key) => (
              <tr key={key.id}>
                <td data-label={t('keys.label')} className={table.title}>
                  <span>
                    {key.label} <small className="mono">…{key.hint}</small>
                  </span>
                </td>
                <td data-label={t('keys.scopes')}>{key.scopes.map((scope) => t(`scope.${scope}`)).join(', ')}</td>
                <td data-label={t('keys.expires')}>
                  {Date.parse(key.expires_at) > now ? (
                    <Time value={key.expires_at} />
                  ) : (
                    <Badge status="warning">{t('keys.expired')}</Badge>
                  )}
                </td>
                <td data-label={t('keys.last_used')}>
                  {key.last_used_at ? <Time value={key.last_used_at} /> : t('keys.never')}
                </td>
                <td className={`${table.number} ${table.actions}`}>
                  <Button
                    variant="danger"
                    aria-label={t('keys.revoke_named', { label: key.label })}
                    onPress={() => setChosen(key)}
                  >
                    {t('keys.revoke')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {chosen && (
        <ConfirmDialog
          title={t('keys.revoke_title', { label: chosen.label })}
          action={t('keys.revoke')}
          isOpen
          isPending={revoke.isPending}
          onConfirm={() => revoke.mutate(chosen.id, { onSuccess: close })}
          onClose={close}
        >
          <p>{t('keys.revoke_text')}</p>
          {revoke.error && <ProblemNotice error={revoke.error} />}
        </ConfirmDialog>
      )}
    </>
  );
}
