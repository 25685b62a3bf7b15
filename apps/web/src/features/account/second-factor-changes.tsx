import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmStep } from '../../components/credentials/confirm-step.js';
import { LogInAgainNotice } from '../../components/credentials/log-in-again-notice.js';
import { RecoveryCodes } from '../../components/credentials/recovery-codes.js';
import { useOfferSecondFactor } from '../../components/credentials/second-factor-requests.js';
import { StepHeading } from '../../components/credentials/step-heading.js';
import { Button } from '../../components/ui/button.js';
import { showToast } from '../../components/ui/toasts.js';
import { useNow } from '../../lib/use-now.js';
import styles from './account.module.css';
import { useMe } from './api/get-me.js';
import { useRegenerateRecoveryCodes, useRemoveSecondFactor } from './api/second-factor.js';
import { ProofForm } from './proof-form.js';

export interface ChangeProps {
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

/** As the server has it: an older login may not set up a second factor. */
const RECENT_LOGIN_MS = 10 * 60_000;

function addressOf(action: string): string {
  return `${window.location.pathname}?second-factor=${action}`;
}

/** Another authenticator in place of the present one, which works until the new one is confirmed. */
export function ReplaceSecondFactor({ onDone, onCancel }: ChangeProps) {
  const { t } = useTranslation(['account', 'common']);
  const me = useMe();
  const now = useNow();
  const offer = useOfferSecondFactor();
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>();
  const loggedInAt = me.session?.time_create;
  const isOld = loggedInAt !== undefined && now - Date.parse(loggedInAt) > RECENT_LOGIN_MS;
  const next = addressOf('replace');
  if (recoveryCodes) {
    return (
      <div className={styles.steps}>
        <RecoveryCodes level={3} codes={recoveryCodes} username={me.username} onKept={onDone} />
      </div>
    );
  }
  if (offer.data) {
    return (
      <div className={styles.steps}>
        <ConfirmStep
          level={3}
          offered={offer.data}
          onConfirmed={setRecoveryCodes}
          onRestart={offer.reset}
          onCancel={onCancel}
        />
      </div>
    );
  }
  return (
    <div className={styles.steps}>
      <StepHeading level={3} takesFocus={isOld}>
        {t('replace.title')}
      </StepHeading>
      {isOld ? (
        // Said before anything is typed: the code would be spent in vain.
        <>
          <LogInAgainNotice reason="old" next={next} />
          <div>
            <Button variant="quiet" onPress={onCancel}>
              {t('common:cancel')}
            </Button>
          </div>
        </>
      ) : (
        <ProofForm
          action={t('replace.next')}
          error={offer.error}
          isPending={offer.isPending}
          next={next}
          onProof={(proof) => offer.mutate(proof)}
          onCancel={onCancel}
        >
          <p>{t('replace.text')}</p>
        </ProofForm>
      )}
    </div>
  );
}

export function RegenerateCodes({ onDone, onCancel }: ChangeProps) {
  const { t } = useTranslation('account');
  const me = useMe();
  const regenerate = useRegenerateRecoveryCodes();
  if (regenerate.data) {
    return (
      <div className={styles.steps}>
        <RecoveryCodes level={3} codes={regenerate.data.recovery_codes} username={me.username} onKept={onDone} />
      </div>
    );
  }
  return (
    <div className={styles.steps}>
      <StepHeading level={3} takesFocus={false}>
        {t('regenerate.title')}
      </StepHeading>
      <ProofForm
        action={t('regenerate.next')}
        error={regenerate.error}
        isPending={regenerate.isPending}
        next={addressOf('recovery-codes')}
        onProof={(proof) => regenerate.mutate(proof)}
        onCancel={onCancel}
      >
        <p>{t('regenerate.text')}</p>
      </ProofForm>
    </div>
  );
}

export function RemoveSecondFactor({ onDone, onCancel }: ChangeProps) {
  const { t } = useTranslation('account');
  const remove = useRemoveSecondFactor();
  const removed = (): void => {
    showToast({ text: t('remove.done') });
    onDone();
  };
  return (
    <div className={styles.steps}>
      <StepHeading level={3} takesFocus={false}>
        {t('remove.title')}
      </StepHeading>
      <ProofForm
        action={t('remove.action')}
        isDangerous
        error={remove.error}
        isPending={remove.isPending}
        next={addressOf('remove')}
        onProof={(proof) => remove.mutate(proof, { onSuccess: removed })}
        onCancel={onCancel}
      >
        <p>{t('remove.text')}</p>
      </ProofForm>
    </div>
  );
}
