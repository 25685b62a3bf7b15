import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../components/ui/copy-button.js';
import { Select } from '../../components/ui/select.js';
import { useCustomerMessage } from './customer-message.js';
import styles from './share-link.module.css';

const LANGUAGE_NAMES = [
  { id: 'en', text: 'English' },
  { id: 'ru', text: 'Русский' },
] as const;

/** The upload link with the ways to hand it over. */
export function ShareLink({ token, isPrimary }: { readonly token: Schema<'TokenView'>; readonly isPrimary?: boolean }) {
  const { t } = useTranslation('tickets');
  const { text, language, chooseLanguage } = useCustomerMessage(token);
  return (
    <div className={styles.share}>
      <code className={styles.link}>{token.upload_url}</code>
      <div className={styles.actions}>
        <CopyButton
          text={token.upload_url}
          label={t('link.copy')}
          isLabelShown
          variant={isPrimary ? 'primary' : 'secondary'}
        />
        {text !== undefined && (
          <CopyButton text={text} label={t('link.copy_message')} isLabelShown variant="secondary" />
        )}
        <Select
          label={t('link.message_language')}
          isLabelHidden
          options={LANGUAGE_NAMES}
          value={language}
          onChange={chooseLanguage}
        />
      </div>
    </div>
  );
}
