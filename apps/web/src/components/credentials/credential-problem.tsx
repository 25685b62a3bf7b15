import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../lib/api-problem.js';
import { useCountdown } from '../../lib/use-countdown.js';
import { ProblemNotice } from '../problem-notice.js';
import { Notice } from '../ui/badge.js';
import { LogInAgainNotice } from './log-in-again-notice.js';

export interface CredentialProblemProps {
  readonly error: unknown;
  /** Where a new login continues, if not here. */
  readonly next?: string;
}

/** A refusal of a password or a code that is about no single field: too many tries, an ended or an old login. */
export function CredentialProblem({ error, next }: CredentialProblemProps) {
  const { t } = useTranslation('credentials');
  const secondsLeft = useCountdown(error);
  if (!error) return null;
  const problem = error instanceof ApiProblem ? error : undefined;
  const again = next === undefined ? {} : { next };
  if (problem?.status === 401) return <LogInAgainNotice reason="ended" {...again} />;
  if (problem?.code === 'recent_login_required') return <LogInAgainNotice reason="old" {...again} />;
  if (problem?.status !== 429 || problem.retryAfterSeconds === undefined) return <ProblemNotice error={error} />;
  if (secondsLeft === 0) return null;
  return (
    <Notice status="warning" title={t('throttled.title')}>
      <p className="visually-hidden">{t('throttled.text', { count: problem.retryAfterSeconds })}</p>
      {/* Counted for the eye only: a screen reader would read out every second. */}
      <p aria-hidden>{t('throttled.text', { count: secondsLeft })}</p>
    </Notice>
  );
}
