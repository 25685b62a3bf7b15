import type { Schema } from '@logs-collector/api-client/client';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CredentialProblem } from '../../components/credentials/credential-problem.js';
import { EitherCodeField } from '../../components/credentials/either-code-field.js';
import { PasswordField } from '../../components/credentials/password-field.js';
import { useDismissible } from '../../components/credentials/use-dismissible.js';
import { useFieldErrors } from '../../components/credentials/use-field-errors.js';
import { Button } from '../../components/ui/button.js';
import { Form, FormActions } from '../../components/ui/form.js';
import { useCountdown } from '../../lib/use-countdown.js';

export interface ProofFormProps {
  /** What will happen. */
  readonly children: ReactNode;
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly error: unknown;
  readonly isPending: boolean;
  /** Where a new login continues, if one is needed. */
  readonly next: string;
  readonly onProof: (proof: Schema<'BothFactorsBody'>) => void;
  readonly onCancel: () => void;
}

const FIELDS = { wrong_password: 'password', wrong_code: 'otp' } as const;

/** Password and code, for what changes the second factor itself. */
export function ProofForm(props: ProofFormProps) {
  const { children, action, isDangerous = false, isPending, next, onProof, onCancel } = props;
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [otp, setOtp] = useState('');
  const [error, dismiss] = useDismissible(props.error);
  const errors = useFieldErrors(error, FIELDS);
  const wait = useCountdown(error);
  return (
    <Form errors={errors} onSubmit={() => onProof({ password, otp })}>
      {children}
      <PasswordField value={password} onChange={setPassword} autoFocus />
      <EitherCodeField value={otp} onChange={setOtp} onSwitch={dismiss} />
      {!errors && <CredentialProblem error={error} next={next} />}
      <FormActions>
        <Button type="submit" variant={isDangerous ? 'danger' : 'primary'} isPending={isPending} isDisabled={wait > 0}>
          {action}
        </Button>
        <Button variant="quiet" onPress={onCancel}>
          {t('cancel')}
        </Button>
      </FormActions>
    </Form>
  );
}
