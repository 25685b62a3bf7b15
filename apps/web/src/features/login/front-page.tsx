import { type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageMenu, ThemeMenu } from '../../components/preferences.js';
import { Notice } from '../../components/ui/badge.js';
import { Skeleton } from '../../components/ui/skeleton.js';
import { usePageTitle } from '../../components/ui/use-page-title.js';
import styles from './front-page.module.css';

/** What stands around the pages for those who are not logged in yet. `title` is the tab's. */
export function FrontPage({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { t } = useTranslation(['login', 'credentials']);
  usePageTitle(title);
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <strong>Logs Collector</strong>
        <div className={styles.tools}>
          <ThemeMenu />
          <LanguageMenu />
        </div>
      </header>
      <main className={styles.main}>
        {!window.isSecureContext && (
          <Notice status="warning" title={t('plain_http.title')}>
            <p>{t('plain_http.text')}</p>
          </Notice>
        )}
        <div className={styles.card}>
          <Suspense fallback={<Skeleton />}>{children}</Suspense>
        </div>
      </main>
    </div>
  );
}
