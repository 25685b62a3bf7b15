import { useTranslation } from 'react-i18next';

/** The customer's page: one task and no furniture. */
export function UploadPage() {
  const { t } = useTranslation('upload');
  return <h1>{t('title')}</h1>;
}
