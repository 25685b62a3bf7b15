import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFieldErrors } from '../../components/credentials/use-field-errors.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Notice } from '../../components/ui/badge.js';
import { Button } from '../../components/ui/button.js';
import { Checkbox } from '../../components/ui/checkbox.js';
import { CopyButton } from '../../components/ui/copy-button.js';
import { Dialog, DialogActions } from '../../components/ui/dialog.js';
import { Form } from '../../components/ui/form.js';
import { Select } from '../../components/ui/select.js';
import { TextField } from '../../components/ui/text-field.js';
import styles from './account.module.css';
import { useCreateApiKey } from './api/api-keys.js';
import { useMe } from './api/get-me.js';
import { expiryOf, LIFETIMES, type Lifetime, type Scope, scopesOf } from './api-key-choices.js';

const FIELDS = {};

/** Makes an API key, then shows it for the only time. */
export function NewApiKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['account', 'common']);
  const create = useCreateApiKey();
  if (create.data) {
    return (
      <Dialog title={t('keys.made')} isOpen onClose={onClose} role="alertdialog">
        <Notice status="warning" title={t('keys.once')} />
        <div className={styles.key}>
          <code>{create.data.key}</code>
          <CopyButton text={create.data.key} label={t('keys.copy')} />
        </div>
        <p>
          <small>{t('keys.use')}</small>
        </p>
        <DialogActions>
          <Button variant="primary" onPress={onClose}>
            {t('keys.kept')}
          </Button>
        </DialogActions>
      </Dialog>
    );
  }
  return (
    <Dialog title={t('keys.new')} isOpen onClose={onClose}>
      <NewApiKeyForm create={create} onClose={onClose} />
    </Dialog>
  );
}

interface NewApiKeyFormProps {
  readonly create: ReturnType<typeof useCreateApiKey>;
  readonly onClose: () => void;
}

function NewApiKeyForm({ create, onClose }: NewApiKeyFormProps) {
  const { t } = useTranslation(['account', 'common']);
  const { role } = useMe();
  const [label, setLabel] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [lifetime, setLifetime] = useState<Lifetime>('90');
  const errors = useFieldErrors(create.error, FIELDS);
  const choose = (scope: Scope, isChosen: boolean): void =>
    setScopes(isChosen ? [...scopes, scope] : scopes.filter((other) => other !== scope));
  const submit = (): void => {
    if (scopes.length === 0) return;
    create.mutate({ label: label.trim(), scopes: [...scopes], expires_at: expiryOf(lifetime, Date.now()) });
  };
  return (
    <Form errors={errors} onSubmit={submit}>
      <TextField
        name="label"
        label={t('keys.label')}
        description={t('keys.label_help')}
        value={label}
        onChange={setLabel}
        validate={(typed) => (typed.trim() ? null : t('keys.label_missing'))}
        maxLength={150}
        autoComplete="off"
        autoFocus
      />
      <fieldset className={styles.scopes}>
        <legend>{t('keys.scopes')}</legend>
        {scopesOf(role).map((scope) => (
          <Checkbox
            key={scope}
            label={t(`scope.${scope}`)}
            isSelected={scopes.includes(scope)}
            onChange={(isChosen) => choose(scope, isChosen)}
            description={t(`scope_help.${scope}`)}
          />
        ))}
        <span role="alert" className={styles.scopesFault}>
          {scopes.length === 0 && t('keys.scopes_missing')}
        </span>
      </fieldset>
      <Select
        label={t('keys.lifetime')}
        options={LIFETIMES.map((id) => ({ id, text: t('keys.days', { count: Number(id) }) }))}
        value={lifetime}
        onChange={setLifetime}
      />
      {create.error && !errors?.label && <ProblemNotice error={create.error} />}
      <DialogActions>
        <Button onPress={onClose}>{t('common:cancel')}</Button>
        <Button type="submit" variant="primary" isPending={create.isPending}>
          {t('keys.make')}
        </Button>
      </DialogActions>
    </Form>
  );
}
