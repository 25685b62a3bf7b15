import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.js';
import { Dialog, DialogActions } from './dialog.js';
import { TextField } from './text-field.js';

export interface ConfirmDialogProps {
  readonly title: string;
  /** What will be gone, and that it cannot be undone. */
  readonly children: ReactNode;
  /** The verb on the button: "Delete ticket". */
  readonly action: string;
  /** Has to be typed first; for what is large. */
  readonly phrase?: string | undefined;
  readonly isOpen: boolean;
  readonly isPending: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is destroyed. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, action, phrase, isOpen, isPending, onConfirm, onClose } = props;
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} role="alertdialog">
      {children}
      {phrase && <TextField label={t('confirm.type', { phrase })} value={typed} onChange={setTyped} isMono autoFocus />}
      <DialogActions>
        <Button onPress={onClose}>{t('cancel')}</Button>
        <Button
          variant="danger"
          isPending={isPending}
          isDisabled={phrase !== undefined && typed !== phrase}
          onPress={onConfirm}
        >
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
