import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.js';
import { CodeField } from './code-field.js';
import styles from './fields.module.css';

/** A code of the authenticator, or one of the recovery codes after pressing the button below. */
export function EitherCodeField({
  onSwitch,
  ...props
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What was wrong with the code of the other kind says nothing of this one. */
  readonly onSwitch: () => void;
  readonly autoFocus?: boolean;
}) {
  const { t } = useTranslation('credentials');
  const [isRecoveryCode, setRecoveryCode] = useState(false);
  const [isSwitched, setSwitched] = useState(false);
  const switchKind = (): void => {
    props.onChange('');
    onSwitch();
    setRecoveryCode(!isRecoveryCode);
    setSwitched(true);
  };
  return (
    <>
      <CodeField {...props} isRecoveryCode={isRecoveryCode} autoFocus={isSwitched || (props.autoFocus ?? false)} />
      <div className={styles.aside}>
        <Button variant="quiet" onPress={switchKind}>
          {t(isRecoveryCode ? 'code.use_authenticator' : 'code.use_recovery')}
        </Button>
      </div>
    </>
  );
}
