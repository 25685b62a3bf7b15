import type { Schema } from '@logs-collector/api-client/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeField } from '../../components/credentials/code-field.js';
import { CredentialProblem } from '../../components/credentials/credential-problem.js';
import { NewPasswordFields } from '../../components/credentials/new-password-fields.js';
import { OfferedSecret } from '../../components/credentials/offered-secret.js';
import { StepHeading } from '../../components/credentials/step-heading.js';
import { useFieldErrors } from '../../components/credentials/use-field-errors.js';
import { Time } from '../../components/ui/amounts.js';
import { Button } from '../../components/ui/button.js';
import { Form, FormActions } from '../../components/ui/form.js';
import { TextField } from '../../components/ui/text-field.js';
import { useAcceptInvitation } from './api/invitation.js';

export interface AcceptInvitationProps {
  readonly code: string;
  readonly invitation: Schema<'InvitationView'>;
  readonly onAccepted: (answer: Schema<'ConfirmedView'>) => void;
}

const FIELDS = { wrong_code: 'otp' } as const;

/** Password and second factor in one form, as the server takes them together or not at all. */
export function AcceptInvitation({ code, invitation, onAccepted }: AcceptInvitationProps) {
  const { t } = useTranslation('login');
  const accept = useAcceptInvitation();
  const [password, setPassword] = useState('');
  const [otp, setOtp] = useState('');
  const errors = useFieldErrors(accept.error, FIELDS);
  return (
    <>
      <StepHeading level={1} takesFocus={false}>
        {t('invitation.title')}
      </StepHeading>
      <p>
        {t('invitation.text')} {t('invitation.until')} <Time value={invitation.expires_at} />.
      </p>
      <Form errors={errors} onSubmit={() => accept.mutate({ code, password, otp }, { onSuccess: onAccepted })}>
        <TextField
          name="username"
          label={t('username')}
          value={invitation.username}
          autoComplete="username"
          isReadOnly
        />
        <NewPasswordFields name="password" value={password} onChange={setPassword} autoFocus />
        <h2>{t('invitation.second_factor')}</h2>
        <OfferedSecret offered={invitation} />
        <CodeField value={otp} onChange={setOtp} />
        {!errors && <CredentialProblem error={accept.error} />}
        <FormActions>
          <Button type="submit" variant="primary" isPending={accept.isPending}>
            {t('invitation.action')}
          </Button>
        </FormActions>
      </Form>
    </>
  );
}
