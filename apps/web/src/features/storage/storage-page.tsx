import { useTranslation } from 'react-i18next';
import { Page } from '../../components/ui/page.js';

export function StoragePage() {
  const { t } = useTranslation();
  return <Page title={t('pages.storage')} />;
}
