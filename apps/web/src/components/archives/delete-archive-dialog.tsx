import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../lib/format.js';
import { ProblemNotice } from '../problem-notice.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { showToast } from '../ui/toasts.js';
import { useDeleteArchive } from './delete-archive.js';
import { isLargeDeletion } from './large-deletion.js';

interface DeleteArchiveDialogProps {
  readonly archive: Schema<'ArchiveView'>;
  readonly onClose: () => void;
}

/** Asks before an archive goes, as bytes cannot be brought back. */
export function DeleteArchiveDialog({ archive, onClose }: DeleteArchiveDialogProps) {
  const { t, i18n } = useTranslation('archives');
  const deletion = useDeleteArchive();
  const { name, ticket, size } = archive;
  // The dialog may be gone before the answer comes: live events tell of the deletion as soon as it has begun.
  const confirm = async (): Promise<void> => {
    const pending = await deletion.mutateAsync(archive);
    onClose();
    showToast({ text: t(pending ? 'toast.deleting' : 'toast.deleted', { name }) });
  };
  return (
    <ConfirmDialog
      title={t('delete_dialog.title')}
      action={t('delete_dialog.action')}
      phrase={isLargeDeletion({ archives: 1, bytes: size }) ? ticket : undefined}
      isOpen
      isPending={deletion.isPending}
      onConfirm={() => void confirm().catch(() => undefined)}
      onClose={onClose}
    >
      <p>{t('delete_dialog.text', { name, ticket, size: formatBytes(size, i18n.language) })}</p>
      {deletion.error && <ProblemNotice error={deletion.error} />}
    </ConfirmDialog>
  );
}
