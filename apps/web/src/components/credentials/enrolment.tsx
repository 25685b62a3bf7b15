import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../lib/api-problem.js';
import { Button } from '../ui/button.js';
import { FormActions } from '../ui/form.js';
import { ConfirmStep } from './confirm-step.js';
import { CredentialProblem } from './credential-problem.js';
import { LogInAgainNotice } from './log-in-again-notice.js';
import { RecoveryCodes } from './recovery-codes.js';
import { useOfferSecondFactor } from './second-factor-requests.js';
import { StepHeading, type StepHeadingProps } from './step-heading.js';

export interface EnrolmentProps {
  readonly username: string;
  readonly level: StepHeadingProps['level'];
  /** Enrolled, with the recovery codes kept. */
  readonly onDone: () => void;
  /** Left out where nothing can be done without a second factor. */
  readonly onLater?: () => void;
}

/** The first second factor of an account, on three screens: why, scan and code, recovery codes. */
export function Enrolment({ username, level, onDone, onLater }: EnrolmentProps) {
  const { t } = useTranslation('credentials');
  const offer = useOfferSecondFactor();
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>();
  const isEnded = offer.error instanceof ApiProblem && offer.error.status === 401;
  const begin = (): void => offer.mutate({});
  if (recoveryCodes) return <RecoveryCodes codes={recoveryCodes} username={username} level={level} onKept={onDone} />;
  if (offer.data) {
    return (
      <ConfirmStep
        key={offer.data.secret}
        offered={offer.data}
        level={level}
        onConfirmed={setRecoveryCodes}
        onRestart={begin}
        onCancel={offer.reset}
      />
    );
  }
  return (
    <>
      <StepHeading level={level}>{t('why.title')}</StepHeading>
      <p>{t('why.text')}</p>
      <ul>
        <li>{t('why.unlocks')}</li>
        <li>{t('why.needs')}</li>
        <li>{t('why.takes')}</li>
      </ul>
      {!onLater && <p>{t('why.always')}</p>}
      {isEnded ? <LogInAgainNotice reason="ended" /> : <CredentialProblem error={offer.error} />}
      <FormActions>
        <Button variant="primary" onPress={begin} isPending={offer.isPending}>
          {t('why.action')}
        </Button>
        {onLater && <Button onPress={onLater}>{t('why.later')}</Button>}
      </FormActions>
    </>
  );
}
