import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CredentialProblem } from '../../components/credentials/credential-problem.js';
import { EitherCodeField } from '../../components/credentials/either-code-field.js';
import { PasswordField } from '../../components/credentials/password-field.js';
import { StepHeading, type StepHeadingProps } from '../../components/credentials/step-heading.js';
import { useDismissible } from '../../components/credentials/use-dismissible.js';
import { useFieldErrors } from '../../components/credentials/use-field-errors.js';
import { Button } from '../../components/ui/button.js';
import { Form, FormActions } from '../../components/ui/form.js';
import { TextField } from '../../components/ui/text-field.js';
import { ApiProblem } from '../../lib/api-problem.js';
import { useCountdown } from '../../lib/use-countdown.js';
import { useLogIn } from './api/log-in.js';

const PASSWORD_FIELDS = { invalid_credentials: 'password' } as const;
const CODE_FIELDS = { two_factor_required: 'otp' } as const;

export interface LoginFormProps {
  readonly onLoggedIn: () => void;
  readonly level: StepHeadingProps['level'];
  /** Whose login it is, where that is certain. */
  readonly user?: string;
}

/** User name and password, then the code of the second factor where the account has one. */
export function LoginForm({ onLoggedIn, level, user }: LoginFormProps) {
  const [username, setUsername] = useState(user ?? '');
  const [password, setPassword] = useState('');
  const [isCodeAsked, setCodeAsked] = useState(false);
  return isCodeAsked ? (
    <CodeStep
      level={level}
      username={username}
      password={password}
      onLoggedIn={onLoggedIn}
      onBack={() => {
        setPassword('');
        setCodeAsked(false);
      }}
    />
  ) : (
    <PasswordStep
      level={level}
      isUserCertain={user !== undefined}
      username={username}
      password={password}
      onUsername={setUsername}
      onPassword={setPassword}
      onLoggedIn={onLoggedIn}
      onCodeAsked={() => setCodeAsked(true)}
    />
  );
}

interface PasswordStepProps {
  readonly level: StepHeadingProps['level'];
  readonly isUserCertain: boolean;
  readonly username: string;
  readonly password: string;
  readonly onUsername: (username: string) => void;
  readonly onPassword: (password: string) => void;
  readonly onLoggedIn: () => void;
  readonly onCodeAsked: () => void;
}

function PasswordStep(props: PasswordStepProps) {
  const { level, isUserCertain, username, password, onUsername, onPassword, onLoggedIn, onCodeAsked } = props;
  const { t } = useTranslation('login');
  const logIn = useLogIn();
  const errors = useFieldErrors(logIn.error, PASSWORD_FIELDS);
  const wait = useCountdown(logIn.error);
  const submit = (): void =>
    logIn.mutate(
      { username, password },
      {
        onSuccess: onLoggedIn,
        onError: (error) => error instanceof ApiProblem && error.code === 'two_factor_required' && onCodeAsked(),
      },
    );
  return (
    <>
      {!isUserCertain && (
        <StepHeading level={level} takesFocus={false}>
          {t('login.title')}
        </StepHeading>
      )}
      <Form errors={errors} onSubmit={submit}>
        <TextField
          name="username"
          label={t('username')}
          value={username}
          onChange={onUsername}
          validate={(typed) => (typed.trim() ? null : t('username_missing'))}
          autoComplete="username"
          isReadOnly={isUserCertain}
          spellCheck="false"
          autoFocus={username === ''}
        />
        <PasswordField value={password} onChange={onPassword} label={t('password')} autoFocus={username !== ''} />
        {!errors && <CredentialProblem error={logIn.error} />}
        <FormActions>
          <Button type="submit" variant="primary" isPending={logIn.isPending} isDisabled={wait > 0}>
            {t('login.action')}
          </Button>
        </FormActions>
      </Form>
      <p>
        <small>{t('login.forgotten')}</small>
      </p>
    </>
  );
}

interface CodeStepProps {
  readonly level: StepHeadingProps['level'];
  readonly username: string;
  readonly password: string;
  readonly onLoggedIn: () => void;
  readonly onBack: () => void;
}

function CodeStep({ level, username, password, onLoggedIn, onBack }: CodeStepProps) {
  const { t } = useTranslation('login');
  const logIn = useLogIn();
  const [otp, setOtp] = useState('');
  const [error, dismiss] = useDismissible(logIn.error);
  const errors = useFieldErrors(error, CODE_FIELDS);
  const wait = useCountdown(logIn.error);
  const submit = (): void =>
    logIn.mutate(
      { username, password, otp },
      {
        onSuccess: onLoggedIn,
        // The password was changed meanwhile: begin again.
        onError: (error) => error instanceof ApiProblem && error.code === 'invalid_credentials' && onBack(),
      },
    );
  return (
    <>
      <StepHeading level={level} takesFocus={false}>
        {t('code.title')}
      </StepHeading>
      <p>{t('code.text', { username })}</p>
      <Form errors={errors} onSubmit={submit}>
        <EitherCodeField value={otp} onChange={setOtp} onSwitch={dismiss} autoFocus />
        {!errors && <CredentialProblem error={error} />}
        <FormActions>
          <Button type="submit" variant="primary" isPending={logIn.isPending} isDisabled={wait > 0}>
            {t('login.action')}
          </Button>
          <Button variant="quiet" onPress={onBack}>
            {t('back')}
          </Button>
        </FormActions>
      </Form>
      <p>
        <small>{t('code.lost')}</small>
      </p>
    </>
  );
}
