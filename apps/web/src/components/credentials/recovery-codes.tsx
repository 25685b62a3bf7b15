import { Download, Printer } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { saveText } from '../../lib/save-text.js';
import { Notice } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { CopyButton } from '../ui/copy-button.js';
import { FormActions } from '../ui/form.js';
import styles from './recovery-codes.module.css';
import { recoveryCodesText } from './recovery-codes-text.js';
import { StepHeading, type StepHeadingProps } from './step-heading.js';

export interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly username: string;
  readonly level: StepHeadingProps['level'];
  readonly onKept: () => void;
}

/** The recovery codes, for the only time: to print, save and copy before going on. Leaving the page asks first. */
export function RecoveryCodes({ codes, username, level, onKept }: RecoveryCodesProps) {
  const { t } = useTranslation('credentials');
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
  const account = `${username} · ${window.location.host}`;
  const text = recoveryCodesText({ title: t('recovery.sheet'), account, help: t('recovery.help'), codes });
  return (
    <>
      <StepHeading level={level}>{t('recovery.title')}</StepHeading>
      <p>{t('recovery.help')}</p>
      <div className={styles.sheet}>
        <div className={styles.printed}>
          <h1>{t('recovery.sheet')}</h1>
          <p>{account}</p>
          <p>{t('recovery.help')}</p>
        </div>
        <ol className={styles.codes} aria-label={t('recovery.sheet')}>
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
      </div>
      <FormActions>
        <Button onPress={() => saveText(`logs-collector-recovery-codes-${username}.txt`, text)}>
          <Download aria-hidden />
          {t('recovery.save')}
        </Button>
        <Button onPress={() => window.print()}>
          <Printer aria-hidden />
          {t('recovery.print')}
        </Button>
        <CopyButton variant="secondary" text={text} label={t('recovery.copy')} isLabelShown />
      </FormActions>
      <Notice status="warning" title={t('recovery.once')} />
      <FormActions>
        <Button variant="primary" onPress={onKept}>
          {t('recovery.kept')}
        </Button>
      </FormActions>
    </>
  );
}
