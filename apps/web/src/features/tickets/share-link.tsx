import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../components/ui/copy-button.js';
import { Select } from '../../components/ui/select.js';
import { Tip } from '../../components/ui/tip.js';
import { useCustomerMessage } from './customer-message.js';
import styles from './share-link.module.css';

const LANGUAGE_NAMES = [
  { id: 'en', text: 'English' },
  { id: 'ru', text: 'Русский' },
] as const;

interface ShareLinkProps {
  readonly token: Schema<'TokenView'>;
  /** What comes next, where something does: its button leads and has the focus. */
  readonly next?: 'link' | 'message';
  /** Whether `y` copies this link here. */
  readonly hasKey?: boolean;
}

/** The upload link with the ways to hand it over. */
export function ShareLink({ token, next, hasKey = false }: ShareLinkProps) {
  const { t } = useTranslation('tickets');
  const { text, language, chooseLanguage } = useCustomerMessage(token);
  const copyLink = (
    <CopyButton
      text={token.upload_url}
      label={t('link.copy')}
      isLabelShown
      variant={next === 'link' ? 'primary' : 'secondary'}
      autoFocus={next === 'link'}
    />
  );
  return (
    <div className={styles.share}>
      <code className={styles.link}>{token.upload_url}</code>
      <div className={styles.actions}>
        {hasKey ? (
          <Tip text={t('link.copy')} shortcut="y">
            {copyLink}
          </Tip>
        ) : (
          copyLink
        )}
        {text !== undefined && (
          <CopyButton
            text={text}
            label={t('link.copy_message')}
            isLabelShown
            variant={next === 'message' ? 'primary' : 'secondary'}
            autoFocus={next === 'message'}
          />
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
