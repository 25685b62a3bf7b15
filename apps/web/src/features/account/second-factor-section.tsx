import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { Enrolment } from '../../components/credentials/enrolment.js';
import { Badge } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Section } from '../../components/ui/page.js';
import { safeNext } from '../../lib/next-address.js';
import styles from './account.module.css';
import { meQuery, needsSecondFactor, useMe } from './api/get-me.js';
import { sessionsQuery } from './api/get-sessions.js';
import { RegenerateCodes, RemoveSecondFactor, ReplaceSecondFactor } from './second-factor-changes.js';

/** What is under way; in the address, so that a new login can continue it. */
const PARAMETER = 'second-factor';
const FEW_CODES = 3;

export function SecondFactorSection() {
  const { t } = useTranslation('account');
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [parameters, setParameters] = useSearchParams();
  const action = parameters.get(PARAMETER);
  const begin = (name: string): void => setParameters({ [PARAMETER]: name }, { replace: true });
  // The focus was in what has gone, so a button takes it.
  const [hasReturned, setReturned] = useState(false);
  const stop = (): void => {
    setParameters({}, { replace: true });
    setReturned(true);
  };
  const next = parameters.get('next');
  /** Back to what was locked without a second factor, if that has led here. */
  const leave = (): void => {
    if (next === null) stop();
    else void navigate(safeNext(next, window.location.origin));
  };
  const refresh = () => Promise.all([queries.invalidateQueries(meQuery), queries.invalidateQueries(sessionsQuery)]);
  const finish = (): void => void refresh().then(stop);
  const { enrolled, may_enrol } = me.two_factor;

  return (
    <Section title={t('second_factor.title')}>
      {action === 'enrol' && may_enrol ? (
        <div className={styles.steps}>
          <Enrolment
            level={3}
            username={me.username}
            onDone={() => void refresh().then(leave)}
            {...(!needsSecondFactor(me) && { onLater: leave })}
          />
        </div>
      ) : action === 'replace' && enrolled ? (
        <ReplaceSecondFactor onDone={finish} onCancel={stop} />
      ) : action === 'recovery-codes' && enrolled ? (
        <RegenerateCodes onDone={finish} onCancel={stop} />
      ) : action === 'remove' && enrolled ? (
        <RemoveSecondFactor onDone={finish} onCancel={stop} />
      ) : enrolled ? (
        <Enrolled onAction={begin} takesFocus={hasReturned} />
      ) : (
        <>
          <div className={styles.facts}>
            <Badge status="warning">{t('second_factor.off')}</Badge>
            <span>{t(may_enrol ? 'second_factor.why' : 'second_factor.by_invitation')}</span>
          </div>
          {may_enrol && (
            <div>
              <Button variant="primary" autoFocus={hasReturned} onPress={() => begin('enrol')}>
                {t('second_factor.set_up')}
              </Button>
            </div>
          )}
        </>
      )}
    </Section>
  );
}

interface EnrolledProps {
  readonly onAction: (name: string) => void;
  readonly takesFocus: boolean;
}

function Enrolled({ onAction, takesFocus }: EnrolledProps) {
  const { t } = useTranslation('account');
  const { recovery_codes_left: left } = useMe().two_factor;
  return (
    <>
      <div className={styles.facts}>
        <Badge status="success">{t('second_factor.on')}</Badge>
        <Badge status={left > FEW_CODES ? 'info' : 'warning'}>{t('second_factor.codes_left', { count: left })}</Badge>
        {left <= FEW_CODES && <span>{t('second_factor.few_codes')}</span>}
      </div>
      <div className={styles.actions}>
        <Button autoFocus={takesFocus} onPress={() => onAction('recovery-codes')}>
          {t('regenerate.action')}
        </Button>
        <Button onPress={() => onAction('replace')}>{t('replace.action')}</Button>
        <Button variant="danger" onPress={() => onAction('remove')}>
          {t('remove.action')}
        </Button>
      </div>
    </>
  );
}
