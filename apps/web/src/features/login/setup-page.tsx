import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CredentialProblem } from '../../components/credentials/credential-problem.js';
import { NewPasswordFields } from '../../components/credentials/new-password-fields.js';
import { StepHeading } from '../../components/credentials/step-heading.js';
import { useFieldErrors } from '../../components/credentials/use-field-errors.js';
import { Button } from '../../components/ui/button.js';
import { Form, FormActions } from '../../components/ui/form.js';
import { LinkButton } from '../../components/ui/link-button.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { TextField } from '../../components/ui/text-field.js';
import { ApiProblem } from '../../lib/api-problem.js';
import { START } from '../../lib/next-address.js';
import { meQuery } from '../account/api/get-me.js';
import { isSetUpQuery, useSetUp } from './api/set-up.js';
import { Arrival } from './arrival.js';
import { FrontPage } from './front-page.js';
import { linkCode } from './link-code.js';
import { useFragmentSecret } from './use-fragment-secret.js';

/** Makes the first administrator, with the code that the server printed, and goes on to the second factor. */
export function SetupPage() {
  const { t } = useTranslation();
  const [secret, dropSecret] = useFragmentSecret('setup-code');
  const isSetUp = useQuery(isSetUpQuery);
  const [isLoggedIn, setLoggedIn] = useState(false);
  return (
    <FrontPage title={t('pages.setup')}>
      {isLoggedIn ? (
        <Arrival next={START} />
      ) : isSetUp.isPending ? (
        <Skeleton />
      ) : isSetUp.data ? (
        <Done />
      ) : (
        <FirstAdministrator
          secret={secret}
          onLoggedIn={() => {
            dropSecret();
            setLoggedIn(true);
          }}
        />
      )}
    </FrontPage>
  );
}

const FIELDS = { setup_code_invalid: 'code' } as const;

interface FirstAdministratorProps {
  /** The code of the link, if there was one. */
  readonly secret: string;
  readonly onLoggedIn: () => void;
}

function FirstAdministrator({ secret, onLoggedIn }: FirstAdministratorProps) {
  const { t } = useTranslation('login');
  const queries = useQueryClient();
  const setUp = useSetUp();
  const [typedCode, setTypedCode] = useState('');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const errors = useFieldErrors(setUp.error, FIELDS);
  const isGone = setUp.error instanceof ApiProblem && setUp.error.status === 404;
  // Where the code of the link was refused there is a field to mend it.
  const isCodeShown = secret === '' || typedCode !== '' || errors?.code !== undefined;
  const submit = (): void =>
    setUp.mutate(
      { code: linkCode(typedCode) || secret, username, password },
      {
        onSuccess: async () => {
          await queries.resetQueries(meQuery);
          onLoggedIn();
        },
      },
    );
  if (isGone) return <Done />;
  return (
    <>
      <StepHeading level={1} takesFocus={false}>
        {t('setup.title')}
      </StepHeading>
      <p>{t('setup.text')}</p>
      <Form errors={errors} onSubmit={submit}>
        {isCodeShown && (
          <TextField
            name="code"
            label={t('setup.code')}
            description={t('setup.code_help')}
            value={typedCode}
            onChange={setTypedCode}
            validate={(typed) => (linkCode(typed) || secret ? null : t('setup.code_missing'))}
            autoComplete="off"
            spellCheck="false"
            isMono
            autoFocus
          />
        )}
        <TextField
          name="username"
          label={t('username')}
          description={t('setup.username_help')}
          value={username}
          onChange={setUsername}
          validate={(typed) => (typed.trim() ? null : t('username_missing'))}
          autoComplete="username"
          spellCheck="false"
          autoFocus={!isCodeShown}
        />
        <NewPasswordFields name="password" value={password} onChange={setPassword} />
        {!errors && <CredentialProblem error={setUp.error} />}
        <FormActions>
          <Button type="submit" variant="primary" isPending={setUp.isPending}>
            {t('setup.action')}
          </Button>
        </FormActions>
      </Form>
    </>
  );
}

function Done() {
  const { t } = useTranslation('login');
  return (
    <>
      <StepHeading level={1}>{t('setup.done_title')}</StepHeading>
      <p>{t('setup.done_text')}</p>
      <div>
        <LinkButton to="/login" variant="primary">
          {t('to_login')}
        </LinkButton>
      </div>
    </>
  );
}
