import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.js';
import { DialogActions } from '../ui/dialog.js';
import { Form } from '../ui/form.js';
import { CredentialProblem } from './credential-problem.js';
import { EitherCodeField } from './either-code-field.js';
import { useVerifyCode } from './second-factor-requests.js';
import { useDismissible } from './use-dismissible.js';
import { useFieldErrors } from './use-field-errors.js';

const FIELDS = { wrong_code: 'otp' } as const;

/** Asks for a code, of the authenticator or a recovery code, until one is right. */
export function VerifyForm({
  onVerified,
  onCancel,
}: {
  readonly onVerified: () => void;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation(['credentials', 'common']);
  const verify = useVerifyCode();
  const [code, setCode] = useState('');
  const [error, dismiss] = useDismissible(verify.error);
  const errors = useFieldErrors(error, FIELDS);
  return (
    <Form errors={errors} onSubmit={() => verify.mutate(code, { onSuccess: onVerified })}>
      <p>{t('verify.text')}</p>
      <EitherCodeField value={code} onChange={setCode} onSwitch={dismiss} autoFocus />
      {!errors && <CredentialProblem error={error} />}
      <DialogActions>
        <Button onPress={onCancel}>{t('common:cancel')}</Button>
        <Button type="submit" variant="primary" isPending={verify.isPending}>
          {t('verify.action')}
        </Button>
      </DialogActions>
    </Form>
  );
}
