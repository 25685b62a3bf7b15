import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.js';
import styles from './pager.module.css';

export interface PagerProps {
  /** The first is 1. */
  readonly page: number;
  readonly pageSize: number;
  readonly shown: number;
  readonly total: number;
  /** False where there are more than the server counts. */
  readonly isTotalExact: boolean;
  readonly onPrevious: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
}

/** Which rows these are, and the ways to those before and after. */
export function Pager({ page, pageSize, shown, total, isTotalExact, onPrevious, onNext }: PagerProps) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  const first = (page - 1) * pageSize + 1;
  const range = t(isTotalExact ? 'pager.range' : 'pager.range_more', {
    first: number.format(first),
    last: number.format(first + shown - 1),
    total: number.format(total),
  });
  return (
    <nav className={styles.pager} aria-label={t('pager.title')}>
      <span role="status">{shown > 0 && range}</span>
      {(onPrevious || onNext) && (
        <>
          <Button isDisabled={!onPrevious} onPress={() => onPrevious?.()}>
            <ChevronLeft aria-hidden />
            {t('pager.previous')}
          </Button>
          <Button isDisabled={!onNext} onPress={() => onNext?.()}>
            {t('pager.next')}
            <ChevronRight aria-hidden />
          </Button>
        </>
      )}
    </nav>
  );
}
