import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Notice } from '../../components/ui/badge.js';
import { LinkButton } from '../../components/ui/link-button.js';
import { ApiProblem } from '../../lib/api-problem.js';
import { ticketPath } from '../../lib/ticket-path.js';

interface NumberProblemProps {
  readonly error: Error;
  /** The one that was asked for. */
  readonly number: string;
  readonly onLeave: () => void;
}

/** Why a ticket could not be saved; a number that is taken leads to the ticket that has it. */
export function NumberProblem({ error, number, onLeave }: NumberProblemProps) {
  const { t } = useTranslation('tickets');
  if (!(error instanceof ApiProblem && error.code === 'ticket_number_taken')) return <ProblemNotice error={error} />;
  return (
    <Notice status="warning" title={t('new.taken', { number })}>
      <div>
        <LinkButton to={ticketPath(number)} onClick={onLeave}>
          {t('new.open_existing')}
        </LinkButton>
      </div>
    </Notice>
  );
}
