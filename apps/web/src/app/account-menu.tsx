import { CircleUser, LogOut } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { LanguageMenu, languageChoices, ThemeMenu, useThemeChoices } from '../components/preferences.js';
import { Menu } from '../components/ui/menu.js';
import { useMe } from '../features/account/api/get-me.js';
import { useLogout } from '../features/account/api/log-out.js';
import { PHONE, useMedia } from '../lib/use-media.js';
import { paths } from './paths.js';

/** What belongs to the person: colours, language, the account. On a phone one button has it all. */
export function AccountMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const logout = useLogout();
  const isPhone = useMedia(PHONE);
  const preferences = [
    { title: t('theme.choose'), choices: useThemeChoices() },
    { title: t('language'), choices: languageChoices() },
  ];
  return (
    <>
      {!isPhone && <ThemeMenu />}
      {!isPhone && <LanguageMenu />}
      <Menu
        label={t('account', { name: me.username })}
        button={<CircleUser aria-hidden />}
        groups={isPhone ? preferences : []}
        choices={[
          {
            id: 'account',
            text: me.username,
            icon: <CircleUser aria-hidden />,
            onAction: () => void navigate(paths.account.href()),
          },
          { id: 'logout', text: t('logout'), icon: <LogOut aria-hidden />, onAction: () => logout.mutate() },
        ]}
      />
    </>
  );
}
