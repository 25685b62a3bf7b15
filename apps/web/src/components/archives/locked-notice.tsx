import { useTranslation } from 'react-i18next';
import type { Access } from '../../lib/access.js';
import { Notice } from '../ui/badge.js';
import { LinkButton } from '../ui/link-button.js';

/** Says why archives can be seen but not fetched, and what to do. */
export function LockedNotice({ access }: { readonly access: Access }) {
  const { t } = useTranslation('archives');
  if (access !== 'enrolment') return null;
  return (
    <Notice status="info" title={t('locked.enrolment')}>
      <div>
        <LinkButton to="/account">{t('locked.enrol')}</LinkButton>
      </div>
    </Notice>
  );
}
