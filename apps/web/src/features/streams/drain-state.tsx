import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { Time } from '../../components/ui/amounts.js';
import { Badge, type Status } from '../../components/ui/badge.js';
import styles from './streams.module.css';
import { useFailureText } from './use-failure-text.js';

type State = Schema<'DrainStateView'>;

const STATUS: Readonly<Record<State['status'], Status>> = {
  idle: 'info',
  connected: 'success',
  backing_off: 'danger',
  paused: 'warning',
};

/** How a drain does, in a word; where its receiver is away, why, and when it is tried again. */
export function DrainState({ state }: { readonly state: State }) {
  const { t } = useTranslation('streams');
  const failureText = useFailureText();
  const isAway = state.status === 'backing_off';
  return (
    <div className={styles.state}>
      <Badge status={STATUS[state.status]}>{t(`status.${state.status}`)}</Badge>
      {isAway && state.last_error && <small>{failureText(state.last_error)}</small>}
      {isAway && state.retry_at && (
        <small>
          {t('tried_again')} <Time value={state.retry_at} />
        </small>
      )}
      {state.instances === 0 && <small>{t('not_running')}</small>}
    </div>
  );
}
