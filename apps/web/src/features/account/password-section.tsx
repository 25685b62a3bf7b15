import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CredentialProblem } from '../../components/credentials/credential-problem.js';
import { NewPasswordFields } from '../../components/credentials/new-password-fields.js';
import { PasswordField } from '../../components/credentials/password-field.js';
import { useFieldErrors } from '../../components/credentials/use-field-errors.js';
import { Button } from '../../components/ui/button.js';
import { Form, FormActions } from '../../components/ui/form.js';
import { Section } from '../../components/ui/page.js';
import { showToast } from '../../components/ui/toasts.js';
import { useCountdown } from '../../lib/use-countdown.js';
import styles from './account.module.css';
import { useChangePassword } from './api/change-password.js';
import { useMe } from './api/get-me.js';

const FIELDS = { wrong_password: 'password' } as const;

export function PasswordSection() {
  const { t } = useTranslation('account');
  const [isOpen, setOpen] = useState(false);
  const [hasReturned, setReturned] = useState(false);
  const close = (): void => {
    setOpen(false);
    setReturned(true);
  };
  return (
    <Section title={t('password.title')}>
      {isOpen ? (
        <PasswordForm onClose={close} />
      ) : (
        <div>
          <Button autoFocus={hasReturned} onPress={() => setOpen(true)}>
            {t('password.change')}
          </Button>
        </div>
      )}
    </Section>
  );
}

function PasswordForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['account', 'credentials', 'common']);
  const me = useMe();
  const change = useChangePassword();
  const [present, setPresent] = useState('');
  const [next, setNext] = useState('');
  const errors = useFieldErrors(change.error, FIELDS);
  const wait = useCountdown(change.error);
  const submit = (): void =>
    change.mutate(
      { password: present, new_password: next },
      {
        onSuccess: () => {
          showToast({ text: t('password.changed') });
          onClose();
        },
      },
    );
  return (
    <div className={styles.narrow}>
      <Form errors={errors} onSubmit={submit}>
        <p>{t('password.text')}</p>
        {/* Tells password managers whose password this is. */}
        <input className="visually-hidden" value={me.username} autoComplete="username" readOnly hidden />
        <PasswordField value={present} onChange={setPresent} autoFocus />
        <NewPasswordFields name="new_password" label={t('credentials:password.new')} value={next} onChange={setNext} />
        {!errors && <CredentialProblem error={change.error} />}
        <FormActions>
          <Button type="submit" variant="primary" isPending={change.isPending} isDisabled={wait > 0}>
            {t('password.change')}
          </Button>
          <Button variant="quiet" onPress={onClose}>
            {t('common:cancel')}
          </Button>
        </FormActions>
      </Form>
    </div>
  );
}
