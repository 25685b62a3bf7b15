import { useQueryClient } from '@tanstack/react-query';
import { CircleUser, LogOut } from 'lucide-react';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, useNavigate } from 'react-router-dom';
import { ColumnsOwner } from '../components/columns/columns-owner.js';
import { LanguageMenu, ThemeMenu } from '../components/preferences.js';
import { SecondFactorProvider } from '../components/second-factor-dialog.js';
import { Menu } from '../components/ui/menu.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { meQuery, useMe } from '../features/account/api/get-me.js';
import { useLogout } from '../features/account/api/log-out.js';
import { StorageIndicator } from '../features/storage/storage-indicator.js';
import { CommandPaletteHost } from './command-palette-host.js';
import { LiveEvents } from './live-events.js';
import { paths } from './paths.js';
import styles from './shell.module.css';

const FOR_ALL = [
  ['tickets', paths.tickets.href()],
  ['archives', paths.archives.href()],
  ['platforms', paths.platforms.href()],
  ['storage', paths.storage.href()],
] as const;

const FOR_ADMINS = [
  ['users', paths.users.href()],
  ['audit', paths.audit.href()],
] as const;

/** What stands around every page of the workbench. */
export function Shell() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const logout = useLogout();
  const queries = useQueryClient();
  const pages = me.role === 'admin' ? [...FOR_ALL, ...FOR_ADMINS] : FOR_ALL;
  return (
    <>
      <a href="#main" className={styles.skip}>
        {t('skip')}
      </a>
      <header className={styles.bar}>
        <NavLink to={paths.tickets.href()} className={styles.name ?? ''}>
          Logs Collector
        </NavLink>
        <nav className={styles.pages} aria-label={t('pages.title')}>
          {pages.map(([id, href]) => (
            <NavLink key={id} to={href} end={href === '/'}>
              {t(`pages.${id}`)}
            </NavLink>
          ))}
        </nav>
        <div className={styles.tools}>
          <Suspense>
            <CommandPaletteHost />
            <LiveEvents />
            <StorageIndicator />
          </Suspense>
          <ThemeMenu />
          <LanguageMenu />
          <Menu
            label={t('account', { name: me.username })}
            button={<CircleUser aria-hidden />}
            choices={[
              {
                id: 'account',
                text: me.username,
                icon: <CircleUser aria-hidden />,
                onAction: () => navigate(paths.account.href()),
              },
              { id: 'logout', text: t('logout'), icon: <LogOut aria-hidden />, onAction: () => logout.mutate() },
            ]}
          />
        </div>
      </header>
      <main id="main" tabIndex={-1} className={styles.main}>
        <ColumnsOwner value={me.id}>
          <SecondFactorProvider onVerified={() => void queries.invalidateQueries(meQuery)}>
            <Suspense fallback={<Skeleton lines={6} />}>
              <Outlet />
            </Suspense>
          </SecondFactorProvider>
        </ColumnsOwner>
      </main>
    </>
  );
}
