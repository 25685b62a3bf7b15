import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.js';
import { VerifyForm } from './verify-form.js';

export interface VerifyDialogProps {
  readonly onVerified: () => void;
  readonly onCancel: () => void;
}

/** Asks for a code of the second factor over whatever is open. */
export function VerifyDialog({ onVerified, onCancel }: VerifyDialogProps) {
  const { t } = useTranslation('credentials');
  return (
    <Dialog title={t('verify.title')} isOpen onClose={onCancel}>
      <VerifyForm onVerified={onVerified} onCancel={onCancel} />
    </Dialog>
  );
}
