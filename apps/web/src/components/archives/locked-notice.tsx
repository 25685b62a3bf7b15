import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router-dom';
import type { Access } from '../../lib/access.js';
import { enrolmentPath } from '../../lib/next-address.js';
import { Notice } from '../ui/badge.js';
import { LinkButton } from '../ui/link-button.js';

/** Says why archives can be seen but not fetched, and what to do. */
export function LockedNotice({ access }: { readonly access: Access }) {
  const { t } = useTranslation('archives');
  const { pathname, search } = useLocation();
  if (access !== 'enrolment') return null;
  return (
    <Notice status="info" title={t('locked.enrolment')}>
      <div>
        <LinkButton to={enrolmentPath(pathname + search)}>{t('locked.enrol')}</LinkButton>
      </div>
    </Notice>
  );
}
