import type { Schema } from '@logs-collector/api-client/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../lib/api-problem.js';
import { Notice } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { Form, FormActions } from '../ui/form.js';
import { CodeField } from './code-field.js';
import { CredentialProblem } from './credential-problem.js';
import { OfferedSecret } from './offered-secret.js';
import { useConfirmSecondFactor } from './second-factor-requests.js';
import { StepHeading, type StepHeadingProps } from './step-heading.js';
import { useFieldErrors } from './use-field-errors.js';

export interface ConfirmStepProps {
  readonly offered: Schema<'OfferedSecretView'>;
  readonly level: StepHeadingProps['level'];
  readonly onConfirmed: (recoveryCodes: readonly string[]) => void;
  /** Begins anew where the offer has run out. */
  readonly onRestart: () => void;
  readonly onCancel: () => void;
}

const FIELDS = { wrong_code: 'otp' } as const;

/** Scan the offered secret, then prove it with its first code. */
export function ConfirmStep({ offered, level, onConfirmed, onRestart, onCancel }: ConfirmStepProps) {
  const { t } = useTranslation(['credentials', 'common']);
  const confirm = useConfirmSecondFactor();
  const [code, setCode] = useState('');
  const errors = useFieldErrors(confirm.error, FIELDS);
  const hasRunOut = confirm.error instanceof ApiProblem && isOver(confirm.error);
  const submit = (): void => confirm.mutate(code, { onSuccess: ({ recovery_codes }) => onConfirmed(recovery_codes) });
  return (
    <>
      <StepHeading level={level}>{t('scan.title')}</StepHeading>
      <OfferedSecret offered={offered} />
      {hasRunOut ? (
        <Notice status="warning" title={t('scan.run_out')}>
          <div>
            <Button variant="primary" onPress={onRestart}>
              {t('scan.restart')}
            </Button>
          </div>
        </Notice>
      ) : (
        <Form errors={errors} onSubmit={submit}>
          <CodeField value={code} onChange={setCode} />
          {!errors && <CredentialProblem error={confirm.error} />}
          <FormActions>
            <Button type="submit" variant="primary" isPending={confirm.isPending}>
              {t('scan.action')}
            </Button>
            <Button variant="quiet" onPress={onCancel}>
              {t('common:cancel')}
            </Button>
          </FormActions>
        </Form>
      )}
    </>
  );
}

/** An offer holds for ten minutes, and no longer than the login that asked for it. */
function isOver({ code, status }: ApiProblem): boolean {
  return code === 'no_second_factor_pending' || status === 401;
}
