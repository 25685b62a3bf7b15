import type { Schema } from '@logs-collector/api-client/client';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { Dialog, DialogActions } from '../../components/ui/dialog.js';
import { TextField } from '../../components/ui/text-field.js';
import { showToast } from '../../components/ui/toasts.js';
import { useSaveToken, useUndoTokenEdit } from './api/edit-tokens.js';
import styles from './form.module.css';
import { LifetimeSelect } from './lifetime-select.js';
import { expiryIn } from './upload-tokens.js';

interface TokenDialogProps {
  readonly ticket: string;
  /** Absent: a new one is made. */
  readonly token?: Schema<'TokenView'>;
  readonly onClose: () => void;
}

/** What a link allows: how many uploads, how long, and what it is called. */
export function TokenDialog({ ticket, token, onClose }: TokenDialogProps) {
  const { t } = useTranslation(['tickets', 'common']);
  const save = useSaveToken(ticket);
  const undo = useUndoTokenEdit(ticket);
  const [label, setLabel] = useState(token?.label ?? '');
  const [attempts, setAttempts] = useState(token ? String(token.attempts) : '');
  const [days, setDays] = useState<number | undefined>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // Only what was changed is sent: an upload may be taking an attempt just now.
    const fields = {
      ...(label !== (token?.label ?? '') && { label }),
      ...(attempts !== '' && Number(attempts) !== token?.attempts && { attempts: Number(attempts) }),
      ...(days !== undefined && { expires_at: expiryIn(days, Date.now()) }),
    };
    save.mutate(
      { ...(token && { id: token.id }), fields },
      {
        onSuccess: (saved) => {
          onClose();
          if (!token) return;
          const onUndo = (): void =>
            void undo.mutateAsync({ before: token, saved }).catch(() => showToast({ text: t('toast.failed') }));
          showToast({ text: t('toast.token_saved'), onUndo });
        },
      },
    );
  };
  return (
    <Dialog title={t(token ? 'link.edit_title' : 'link.new_title')} isOpen onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.pair}>
          <TextField
            label={t('fields.attempts')}
            value={attempts}
            onChange={setAttempts}
            type="number"
            inputMode="numeric"
            placeholder={t('new.usual')}
            autoFocus
            validate={(value) => (/^(?:|\d{1,2}|100)$/.test(value) ? null : t('fields.attempts_invalid'))}
          />
          <LifetimeSelect unchanged={t(token ? 'link.as_is' : 'new.usual')} value={days} onChange={setDays} />
        </div>
        <TextField
          label={t('fields.label')}
          value={label}
          onChange={setLabel}
          maxLength={150}
          description={t('link.label_hint')}
        />
        {save.error && <ProblemNotice error={save.error} />}
        <DialogActions>
          <Button onPress={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" variant="primary" isPending={save.isPending}>
            {t(token ? 'common:save' : 'link.new')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
