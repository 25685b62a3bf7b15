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

/** A refusal of a password or a code that is about no single field: too many tries, or an old login. */
export function CredentialProblem({ error, next }: CredentialProblemProps) {
  const { t } = useTranslation('credentials');
  const secondsLeft = useCountdown(error);
  if (!error) return null;
  const problem = error instanceof ApiProblem ? error : undefined;
  // The login has ended: what stands around the pages asks for a new one, over them.
  if (problem?.status === 401) return null;
  if (problem?.code === 'recent_login_required') {
    return <LogInAgainNotice reason="old" {...(next !== undefined && { next })} />;
  }
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
