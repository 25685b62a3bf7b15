import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { showToast } from '../../components/ui/toasts.js';
import { ApiProblem } from '../../lib/api-problem.js';
import { formatBytes } from '../../lib/format.js';
import { useDeletePlatform } from './api/delete-platform.js';
import { type PlatformWeight, weightQuery } from './api/get-weight.js';
import styles from './platforms.module.css';

export interface DeletePlatformDialogProps {
  readonly platform: Schema<'PlatformView'>;
  readonly onClose: () => void;
}

/** Says what goes with the platform. With tickets, its name has to be typed. */
export function DeletePlatformDialog({ platform, onClose }: DeletePlatformDialogProps) {
  const { t } = useTranslation('platforms');
  const weight = useQuery(weightQuery(platform));
  const deletion = useDeletePlatform();
  const isCascade = (weight.data?.tickets ?? 0) > 0;

  const confirm = (): void =>
    deletion.mutate(
      { id: platform.id, isCascade },
      {
        onSuccess: (answer) => {
          showToast({ text: t(answer?.pending ? 'deletion_follows' : 'deleted', { name: platform.pretty_name }) });
          onClose();
        },
        onError: (error) => {
          // A ticket was made since the question was asked: count again, and ask again.
          if (error instanceof ApiProblem && error.code === 'platform_has_tickets') void weight.refetch();
        },
      },
    );

  return (
    <ConfirmDialog
      title={t('delete_question', { name: platform.pretty_name })}
      action={t(isCascade ? 'delete_all' : 'delete_platform')}
      phrase={isCascade ? platform.name : undefined}
      isOpen
      isPending={deletion.isPending || weight.isFetching}
      onConfirm={confirm}
      onClose={onClose}
    >
      {weight.isPending && <Skeleton />}
      {weight.error && <ProblemNotice error={weight.error} onRetry={() => void weight.refetch()} />}
      {weight.data && (isCascade ? <Gone weight={weight.data} /> : <p>{t('delete_empty')}</p>)}
      {deletion.error && <ProblemNotice error={deletion.error} />}
    </ConfirmDialog>
  );
}

function Gone({ weight }: { readonly weight: PlatformWeight }) {
  const { t, i18n } = useTranslation('platforms');
  const tickets = t('gone.tickets', { count: weight.tickets });
  return (
    <>
      <p>{t('gone.text')}</p>
      <ul className={styles.gone}>
        <li>{weight.areTicketsExact ? tickets : t('gone.more_than', { tickets })}</li>
        <li>{t('gone.archives', { count: weight.archives, size: formatBytes(weight.bytes, i18n.language) })}</li>
        <li>{t('gone.links')}</li>
      </ul>
      <p>
        <strong>{t('gone.for_ever')}</strong>
      </p>
    </>
  );
}
