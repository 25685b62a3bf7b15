import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../lib/api-problem.js';
import { logInAgain } from '../../lib/log-in-again.js';
import { ProblemNotice } from '../problem-notice.js';
import { Notice } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { DialogActions } from '../ui/dialog.js';
import { Form } from '../ui/form.js';
import { CodeField } from './code-field.js';
import { useVerifyCode } from './verify-code.js';

/** Asks for a code, of the authenticator or a recovery code, until one is right. */
export function VerifyForm({
  onVerified,
  onCancel,
}: {
  readonly onVerified: () => void;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation(['second-factor', 'common']);
  const verify = useVerifyCode();
  const [code, setCode] = useState('');
  const [isRecoveryCode, setRecoveryCode] = useState(false);
  const problem = verify.error instanceof ApiProblem ? verify.error : undefined;

  // Several wrong codes in a row end the login.
  if (problem?.status === 401) {
    return (
      <>
        <Notice status="danger" title={t('ended.title')}>
          <p>{t('ended.text')}</p>
        </Notice>
        <DialogActions>
          <Button variant="primary" autoFocus onPress={() => logInAgain()}>
            {t('log_in_again')}
          </Button>
        </DialogActions>
      </>
    );
  }

  const isWrong = problem?.code === 'wrong_code';
  const switchKind = (): void => {
    verify.reset();
    setCode('');
    setRecoveryCode(!isRecoveryCode);
  };
  return (
    <Form
      errors={isWrong ? { otp: t(isRecoveryCode ? 'code.wrong_recovery' : 'code.wrong') } : undefined}
      onSubmit={() => verify.mutate(code, { onSuccess: onVerified })}
    >
      <p>{t('verify.text')}</p>
      <CodeField value={code} onChange={setCode} isRecoveryCode={isRecoveryCode} />
      {verify.error && !isWrong && <ProblemNotice error={verify.error} />}
      <DialogActions>
        <Button variant="quiet" onPress={switchKind}>
          {t(isRecoveryCode ? 'code.use_authenticator' : 'code.use_recovery')}
        </Button>
        <Button onPress={onCancel}>{t('common:cancel')}</Button>
        <Button type="submit" variant="primary" isPending={verify.isPending}>
          {t('verify.action')}
        </Button>
      </DialogActions>
    </Form>
  );
}
