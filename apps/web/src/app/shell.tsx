import { useQueryClient } from '@tanstack/react-query';
import { type RefObject, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation } from 'react-router-dom';
import { ColumnsOwner } from '../components/columns/columns-owner.js';
import { SecondFactorProvider } from '../components/second-factor-dialog.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMainLandmark } from '../components/ui/use-main-landmark.js';
import { meQuery, useMe } from '../features/account/api/get-me.js';
import { StorageIndicator } from '../features/storage/storage-indicator.js';
import { AccountMenu } from './account-menu.js';
import { CommandPaletteHost } from './command-palette-host.js';
import { LiveEvents } from './live-events.js';
import { currentOf, pagesOf } from './pages-of.js';
import { paths } from './paths.js';
import styles from './shell.module.css';

/** What stands around every page of the workbench. */
export function Shell() {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const { pathname } = useLocation();
  const pagesRef = useCurrentInSight();
  const mainRef = useFocusOnNewPage();
  useMainLandmark(mainRef);
  return (
    <>
      <a href="#main" className={styles.skip}>
        {t('skip')}
      </a>
      <header className={styles.bar}>
        <Link to={paths.tickets.href()} className={styles.name}>
          Logs Collector
        </Link>
        <nav ref={pagesRef} className={styles.pages} aria-label={t('pages.title')}>
          {pagesOf(me).map((id) => (
            <Link key={id} to={paths[id].href()} aria-current={currentOf(id, pathname)}>
              {t(`pages.${id}`)}
            </Link>
          ))}
        </nav>
        <div className={styles.tools}>
          <Suspense>
            <CommandPaletteHost />
            <LiveEvents />
            <StorageIndicator />
          </Suspense>
          <AccountMenu />
        </div>
      </header>
      <main ref={mainRef} id="main" tabIndex={-1} className={styles.main}>
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

/** Puts the focus into a new page where the link that led there is gone: who cannot see would not know of the change. */
function useFocusOnNewPage(): RefObject<HTMLElement | null> {
  const { pathname } = useLocation();
  const ref = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    // After a dialog that closes with the step has given the focus back.
    const frame = requestAnimationFrame(() => {
      if (document.activeElement === document.body) ref.current?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [pathname]);
  return ref;
}

/** Keeps the link of this page in the middle where the line of links is longer than the screen. */
function useCurrentInSight(): RefObject<HTMLElement | null> {
  const { pathname } = useLocation();
  const ref = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the link of this page is another one after each step
  useEffect(() => {
    const link = ref.current?.querySelector<HTMLElement>('[aria-current]');
    if (ref.current && link)
      ref.current.scrollLeft = link.offsetLeft - (ref.current.clientWidth - link.offsetWidth) / 2;
  }, [pathname]);
  return ref;
}
