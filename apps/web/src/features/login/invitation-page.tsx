import type { Schema } from '@logs-collector/api-client/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { RecoveryCodes } from '../../components/credentials/recovery-codes.js';
import { StepHeading } from '../../components/credentials/step-heading.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { Form, FormActions } from '../../components/ui/form.js';
import { LinkButton } from '../../components/ui/link-button.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { TextField } from '../../components/ui/text-field.js';
import { ApiProblem } from '../../lib/api-problem.js';
import { START } from '../../lib/next-address.js';
import { AcceptInvitation } from './accept-invitation.js';
import { invitationQuery } from './api/invitation.js';
import { Arrival } from './arrival.js';
import { FrontPage } from './front-page.js';
import { linkCode } from './link-code.js';
import { useFragmentSecret } from './use-fragment-secret.js';

/** Somebody invited sets password and second factor together, keeps the recovery codes and is logged in. */
export function InvitationPage() {
  const { t } = useTranslation();
  const [secret, dropSecret] = useFragmentSecret('invitation-code');
  const [accepted, setAccepted] = useState<Schema<'ConfirmedView'>>();
  const [isKept, setKept] = useState(false);
  const accept = (answer: Schema<'ConfirmedView'>): void => {
    setAccepted(answer);
    dropSecret();
  };
  return (
    <FrontPage title={t('pages.invitation')}>
      {isKept ? (
        <Arrival next={START} />
      ) : accepted ? (
        <RecoveryCodes
          level={1}
          codes={accepted.recovery_codes}
          username={accepted.user.username}
          onKept={() => setKept(true)}
        />
      ) : secret ? (
        <OpenInvitation key={secret} code={secret} onAccepted={accept} onDropped={dropSecret} />
      ) : (
        <CodeForm />
      )}
    </FrontPage>
  );
}

interface OpenInvitationProps {
  readonly code: string;
  readonly onAccepted: (answer: Schema<'ConfirmedView'>) => void;
  readonly onDropped: () => void;
}

function OpenInvitation({ code, onAccepted, onDropped }: OpenInvitationProps) {
  const invitation = useQuery(invitationQuery(code));
  if (invitation.isPending) return <Skeleton lines={6} />;
  if (invitation.data) return <AcceptInvitation code={code} invitation={invitation.data} onAccepted={onAccepted} />;
  const isInvalid = invitation.error instanceof ApiProblem && invitation.error.status < 500;
  if (isInvalid) return <Invalid onDropped={onDropped} />;
  return <ProblemNotice error={invitation.error} onRetry={() => void invitation.refetch()} />;
}

function Invalid({ onDropped }: { readonly onDropped: () => void }) {
  const { t } = useTranslation('login');
  return (
    <>
      <StepHeading level={1}>{t('invitation.invalid_title')}</StepHeading>
      <p>{t('invitation.invalid_text')}</p>
      <FormActions>
        <LinkButton to="/login" variant="primary">
          {t('to_login')}
        </LinkButton>
        <Button variant="quiet" onPress={onDropped}>
          {t('invitation.other')}
        </Button>
      </FormActions>
    </>
  );
}

/** Where the link came without its code: pasting it again leads to the invitation. */
function CodeForm() {
  const { t } = useTranslation('login');
  const navigate = useNavigate();
  const [code, setCode] = useState('');
  return (
    <>
      <StepHeading level={1} takesFocus={false}>
        {t('invitation.title')}
      </StepHeading>
      <p>{t('invitation.code_missing')}</p>
      <Form onSubmit={() => void navigate({ hash: linkCode(code) })}>
        <TextField
          name="code"
          label={t('invitation.code')}
          value={code}
          onChange={setCode}
          validate={(typed) => (linkCode(typed) ? null : t('invitation.code_help'))}
          autoComplete="off"
          spellCheck="false"
          isMono
          autoFocus
        />
        <FormActions>
          <Button type="submit" variant="primary">
            {t('invitation.open')}
          </Button>
        </FormActions>
      </Form>
    </>
  );
}
