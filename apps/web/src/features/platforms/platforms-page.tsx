import { useTranslation } from 'react-i18next';
import { Page } from '../../components/ui/page.js';

export function PlatformsPage() {
  const { t } = useTranslation();
  return <Page title={t('pages.platforms')} />;
}
