import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Skeleton } from '../../components/ui/skeleton.js';
import styles from './commands.module.css';

const CommandPanel = lazy(() => import('./command-panel.js').then((module) => ({ default: module.CommandPanel })));

/** For those who sit on the server that has the files: fetched when it is opened. */
export function CommandDisclosure({ token }: { readonly token: string }) {
  const { t } = useTranslation('upload');
  const [isOpened, setOpened] = useState(false);
  return (
    <details className={`${styles.disclosure} no-print`} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{t('commands.question')}</summary>
      {isOpened && (
        <Suspense fallback={<Skeleton />}>
          <CommandPanel token={token} />
        </Suspense>
      )}
    </details>
  );
}
