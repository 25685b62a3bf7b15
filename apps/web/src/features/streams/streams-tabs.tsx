import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router-dom';
import { paths } from '../../app/paths.js';
import styles from './streams.module.css';

/** The two pages about logs that are on their way. */
export function StreamsTabs() {
  const { t } = useTranslation('streams');
  return (
    <nav className={styles.tabs} aria-label={t('title')}>
      <NavLink to={paths.streams.href()} end>
        {t('drains')}
      </NavLink>
      <NavLink to={paths.tail.href()}>{t('tail')}</NavLink>
    </nav>
  );
}
