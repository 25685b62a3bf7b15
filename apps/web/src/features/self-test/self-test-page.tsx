import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Badge, type Status } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Page, Section } from '../../components/ui/page.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { useSelfTest } from './api/run-self-test.js';
import styles from './self-test.module.css';

const BADGES: Readonly<Record<Schema<'SelfTestCheckView'>['status'], Status>> = {
  ok: 'success',
  warning: 'warning',
  failed: 'danger',
  unknown: 'info',
};

/** What a proxy in front of the server does to uploads and live events, for who looks after it. */
export function SelfTestPage() {
  const { t } = useTranslation('self_test');
  const test = useSelfTest();
  return (
    <Page
      title={t('title')}
      actions={
        <Button variant="primary" isPending={test.isPending} onPress={() => test.mutate()}>
          {t('run')}
        </Button>
      }
    >
      <p className={styles.intro}>{t('intro')}</p>
      {test.isPending && <Skeleton lines={6} />}
      {test.error && <ProblemNotice error={test.error} />}
      {test.data && (
        <Section title={t('result', { url: test.data.public_url })}>
          <ul className={styles.checks}>
            {test.data.checks.map((check) => (
              <li key={check.name}>
                <div className={styles.name}>
                  <strong>{t(`check.${check.name}`)}</strong>
                  <Badge status={BADGES[check.status]}>{t(`status.${check.status}`)}</Badge>
                </div>
                <p>{t(`finding.${check.finding}`, { replace: check.values })}</p>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  );
}
