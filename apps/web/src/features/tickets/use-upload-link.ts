import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { showToast } from '../../components/ui/toasts.js';
import { copyText } from '../../lib/clipboard.js';
import { tokensQuery } from './api/get-tokens.js';
import { openTokenOf } from './upload-tokens.js';

/** Copies the upload link of a ticket and says what came of it. */
export function useCopyUploadLink(): (number: string) => Promise<void> {
  const { t } = useTranslation('tickets');
  const queries = useQueryClient();
  return async (number) => {
    const tokens = await queries.fetchQuery(tokensQuery(number)).catch(() => undefined);
    const token = openTokenOf(tokens ?? [], Date.now());
    const isCopied = token !== undefined && (await copyText(token.upload_url));
    const text = isCopied ? 'toast.link_copied' : token ? 'toast.copy_failed' : 'toast.no_link';
    showToast({ text: t(text, { number }) });
  };
}
