import { useTranslation } from 'react-i18next';
import { logInAgain } from '../../lib/log-in-again.js';
import { Notice } from '../ui/badge.js';
import { Button } from '../ui/button.js';

export interface LogInAgainNoticeProps {
  /** `ended`: it is over. `old`: it holds, but what is wanted needs a new one. */
  readonly reason: 'ended' | 'old';
  /** Where to continue, if not here. */
  readonly next?: string;
}

/** Says that a new login is needed, and leads there and back. */
export function LogInAgainNotice({ reason, next }: LogInAgainNoticeProps) {
  const { t } = useTranslation('credentials');
  return (
    <Notice status={reason === 'ended' ? 'danger' : 'warning'} title={t(`${reason}.title`)}>
      <p>{t(`${reason}.text`)}</p>
      <div>
        <Button variant="primary" autoFocus onPress={() => void logInAgain(next)}>
          {t('log_in_again')}
        </Button>
      </div>
    </Notice>
  );
}
