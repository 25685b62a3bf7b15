import { useTranslation } from 'react-i18next';
import { Page } from '../../components/ui/page.js';
import { ApiKeysSection } from './api-keys-section.js';
import { PasswordSection } from './password-section.js';
import { ProfileSection } from './profile-section.js';
import { SecondFactorSection } from './second-factor-section.js';
import { SessionsSection } from './sessions-section.js';

/** What somebody sees and changes of the own account. */
export function AccountPage() {
  // All texts of the page at once, so that it does not wait again when a form opens.
  const { t } = useTranslation(['common', 'account', 'credentials']);
  return (
    <Page title={t('pages.account')}>
      <SecondFactorSection />
      <ProfileSection />
      <PasswordSection />
      <SessionsSection />
      <ApiKeysSection />
    </Page>
  );
}
