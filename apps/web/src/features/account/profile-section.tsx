import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFieldErrors } from '../../components/credentials/use-field-errors.js';
import { ProblemNotice } from '../../components/problem-notice.js';
import { Button } from '../../components/ui/button.js';
import { Form, FormActions } from '../../components/ui/form.js';
import { Section } from '../../components/ui/page.js';
import { Select } from '../../components/ui/select.js';
import { TextField } from '../../components/ui/text-field.js';
import { showToast } from '../../components/ui/toasts.js';
import { chooseLanguage } from '../../i18n/i18n.js';
import styles from './account.module.css';
import { useMe } from './api/get-me.js';
import { useUpdateMe } from './api/update-me.js';

const FIELDS = {};
const LOCALES = ['browser', 'en', 'ru'] as const;

/** How the own name is shown to colleagues, and the language that comes with every login. */
export function ProfileSection() {
  const { t, i18n } = useTranslation(['account', 'common']);
  const me = useMe();
  const update = useUpdateMe();
  const [name, setName] = useState(me.display_name ?? '');
  const [locale, setLocale] = useState<(typeof LOCALES)[number]>(me.locale ?? 'browser');
  const errors = useFieldErrors(update.error, FIELDS);
  const save = (): void =>
    update.mutate(
      { display_name: name.trim() || null, locale: locale === 'browser' ? null : locale },
      {
        onSuccess: async (saved) => {
          if (saved.locale) await chooseLanguage(saved.locale);
          // In the language just chosen, which is not yet that of this rendering.
          await i18n.loadNamespaces('account');
          showToast({ text: i18n.t('account:saved') });
        },
      },
    );
  return (
    <Section title={t('profile.title')}>
      <div className={styles.narrow}>
        <Form errors={errors} onSubmit={save}>
          <p>{t('profile.who', { username: me.username, role: t(`role.${me.role}`) })}</p>
          <TextField
            name="display_name"
            label={t('profile.name')}
            description={t('profile.name_help')}
            value={name}
            onChange={setName}
            maxLength={150}
            autoComplete="name"
          />
          <Select
            label={t('profile.language')}
            options={LOCALES.map((id) => ({ id, text: t(`locale.${id}`) }))}
            value={locale}
            onChange={setLocale}
          />
          {update.error && !errors && <ProblemNotice error={update.error} />}
          <FormActions>
            <Button type="submit" isPending={update.isPending}>
              {t('common:save')}
            </Button>
          </FormActions>
        </Form>
      </div>
    </Section>
  );
}
