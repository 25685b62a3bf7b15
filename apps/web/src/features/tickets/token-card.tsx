import type { Schema } from '@logs-collector/api-client/client';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Moment, Time } from '../../components/ui/amounts.js';
import { Badge } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.js';
import { Dialog } from '../../components/ui/dialog.js';
import { showToast } from '../../components/ui/toasts.js';
import { useNow } from '../../lib/use-now.js';
import { useRevokeToken } from './api/edit-tokens.js';
import { ShareLink } from './share-link.js';
import { TokenDialog } from './token-dialog.js';
import styles from './tokens-section.module.css';
import { tokenStateOf } from './upload-tokens.js';

const QrCode = lazy(() => import('./qr-code.js').then((module) => ({ default: module.QrCode })));

interface TokenCardProps {
  readonly token: Schema<'TokenView'>;
  readonly mayEdit: boolean;
  /** The one that the key for copying means. */
  readonly isNewest?: boolean;
}

/** One upload link: to hand over, with what it allows. */
export function TokenCard({ token, mayEdit, isNewest = false }: TokenCardProps) {
  const { t } = useTranslation('tickets');
  const [dialog, setDialog] = useState<'qr' | 'edit' | 'revoke'>();
  const close = (): void => setDialog(undefined);
  const state = tokenStateOf(token, useNow());
  return (
    <div className={styles.card}>
      {state === 'open' && <ShareLink token={token} hasKey={isNewest} />}
      <div className={styles.facts}>
        {token.label && <span className={styles.label}>{token.label}</span>}
        {state !== 'open' && <Badge status="warning">{t(`link.state.${state}`)}</Badge>}
        {state !== 'revoked' && <span>{t('link.left', { count: token.attempts })}</span>}
        {token.attempts_open > 0 && <span>{t('link.under_way', { count: token.attempts_open })}</span>}
        {token.attempts_used > 0 && <span>{t('link.used', { count: token.attempts_used })}</span>}
        <span>
          {t(state === 'expired' ? 'link.ended' : 'link.until')} <Moment value={token.expires_at} />
        </span>
        {token.last_used_at && (
          <span>
            {t('link.last_used')} <Time value={token.last_used_at} />
          </span>
        )}
        <span className={styles.actions}>
          {state === 'open' && (
            <Button variant="quiet" onPress={() => setDialog('qr')}>
              {t('link.qr')}
            </Button>
          )}
          {mayEdit && state !== 'revoked' && (
            <>
              <Button variant="quiet" onPress={() => setDialog('edit')}>
                {t('edit')}
              </Button>
              <Button variant="quiet" onPress={() => setDialog('revoke')}>
                {t('link.revoke')}
              </Button>
            </>
          )}
        </span>
      </div>
      {dialog === 'qr' && (
        <Dialog title={t('link.qr_title')} isOpen onClose={close}>
          <Suspense fallback={<div className={styles.qr} />}>
            <QrCode text={token.upload_url} title={t('link.qr_title')} />
          </Suspense>
          <p>{t('link.qr_text')}</p>
        </Dialog>
      )}
      {dialog === 'edit' && <TokenDialog ticket={token.ticket} token={token} onClose={close} />}
      {dialog === 'revoke' && <RevokeDialog token={token} onClose={close} />}
    </div>
  );
}

function RevokeDialog({ token, onClose }: { readonly token: Schema<'TokenView'>; readonly onClose: () => void }) {
  const { t } = useTranslation('tickets');
  const revoke = useRevokeToken(token.ticket);
  const confirm = (): void =>
    revoke.mutate(token.id, {
      onSuccess: () => {
        onClose();
        showToast({ text: t('toast.token_revoked') });
      },
    });
  return (
    <ConfirmDialog
      title={t('link.revoke_title')}
      action={t('link.revoke')}
      isOpen
      isPending={revoke.isPending}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t('link.revoke_text')}</p>
      {revoke.error && <ProblemNotice error={revoke.error} />}
    </ConfirmDialog>
  );
}
