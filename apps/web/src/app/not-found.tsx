import { useTranslation } from 'react-i18next';
import { EmptyState } from '../components/ui/empty-state.js';
import { LinkButton } from '../components/ui/link-button.js';
import { paths } from './paths.js';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState level={1} title={t('not_found.title')}>
      <p>{t('not_found.text')}</p>
      <LinkButton to={paths.tickets.href()}>{t('pages.tickets')}</LinkButton>
    </EmptyState>
  );
}
