import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { isLargeDeletion } from '../../components/archives/large-deletion.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { ConfirmDialog } from '../../components/ui/confirm-dialog.js';
import { showToast } from '../../components/ui/toasts.js';
import { formatBytes } from '../../lib/format.js';
import { useDeleteTicket } from './api/delete-ticket.js';

interface DeleteTicketDialogProps {
  readonly ticket: Schema<'TicketView'>;
  readonly onClose: () => void;
}

/** Says what will be gone with the ticket; bytes cannot be brought back. */
export function DeleteTicketDialog({ ticket, onClose }: DeleteTicketDialogProps) {
  const { t, i18n } = useTranslation('tickets');
  const navigate = useNavigate();
  const deletion = useDeleteTicket();
  const { number, archives_count: archives, archives_bytes: bytes } = ticket;
  // The dialog may be gone before the answer comes: live events tell of the deletion as soon as it has begun.
  const confirm = async (): Promise<void> => {
    const pending = await deletion.mutateAsync(number);
    showToast({ text: t(pending ? 'toast.deleting' : 'toast.deleted', { number }) });
    await navigate('/');
  };
  return (
    <ConfirmDialog
      title={t('delete_ticket.title', { number })}
      action={t('delete_ticket.action')}
      phrase={isLargeDeletion({ archives, bytes }) ? number : undefined}
      isOpen
      isPending={deletion.isPending}
      onConfirm={() => void confirm().catch(() => undefined)}
      onClose={onClose}
    >
      <p>
        {archives === 0
          ? t('delete_ticket.text_none')
          : t('delete_ticket.text', { count: archives, size: formatBytes(bytes, i18n.language) })}
      </p>
      {deletion.error && <ProblemNotice error={deletion.error} />}
    </ConfirmDialog>
  );
}
