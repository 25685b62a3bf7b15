import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../lib/api-problem.js';
import { Notice } from './ui/badge.js';
import { Button } from './ui/button.js';

/** An error as a person needs it: what happened, what to do, and what to quote when asking for help. */
export function ProblemNotice({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t } = useTranslation();
  const problem = error instanceof ApiProblem ? error : undefined;
  return (
    <Notice
      status="danger"
      title={t(`problem.${problem?.code ?? 'offline'}`, { defaultValue: problem?.detail ?? t('problem.unknown') })}
    >
      {problem?.requestId && (
        <small>
          {problem.code} · {t('problem.request', { id: problem.requestId })}
        </small>
      )}
      {onRetry && (
        <div>
          <Button onPress={onRetry}>{t('retry')}</Button>
        </div>
      )}
    </Notice>
  );
}
