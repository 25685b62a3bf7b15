import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { TextField } from '../../components/ui/text-field.js';
import { accessOf } from '../../lib/access.js';
import { useMe } from '../account/api/get-me.js';
import { useCreatePlatform } from './api/create-platform.js';
import styles from './form.module.css';
import { slugOf } from './platform-slug.js';

/** In place of the form for a ticket while there is no platform it could belong to. */
export function FirstPlatform() {
  const { t } = useTranslation('tickets');
  const me = useMe();
  const create = useCreatePlatform();
  const [prettyName, setPrettyName] = useState('');
  const [typedName, setTypedName] = useState<string | undefined>();
  const name = typedName ?? slugOf(prettyName);
  if (accessOf(me, 'platform.edit') !== 'open') return <p>{t('platform.none')}</p>;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate({ name, pretty_name: prettyName.trim() });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <p>{t('platform.first')}</p>
      <TextField
        label={t('platform.pretty_name')}
        value={prettyName}
        onChange={setPrettyName}
        placeholder="VMmanager 6"
        isRequired
        autoFocus
      />
      <TextField
        label={t('platform.name')}
        description={t('platform.name_hint')}
        value={name}
        onChange={setTypedName}
        isMono
        isRequired
        validate={(value) => (/^[A-Za-z0-9_-]{1,50}$/.test(value) ? null : t('platform.name_invalid'))}
      />
      {create.error && <ProblemNotice error={create.error} />}
      <div className={styles.actions}>
        <Button type="submit" variant="primary" isPending={create.isPending}>
          {t('platform.create')}
        </Button>
      </div>
    </form>
  );
}
