import type { Schema } from '@logs-collector/api-client/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/ui/button.js';
import { Checkbox } from '../../components/ui/checkbox.js';
import styles from './selection-bar.module.css';

type Ticket = Schema<'TicketView'>;

interface SelectionBarProps {
  readonly selected: readonly Ticket[];
  readonly isAll: boolean;
  readonly onAll: (isAll: boolean) => void;
  readonly onResolve: (tickets: readonly Ticket[], resolved: boolean) => void;
}

/** What can be done with the chosen rows; keeps its place, so that the list does not jump. */
export function SelectionBar({ selected, isAll, onAll, onResolve }: SelectionBarProps) {
  const { t } = useTranslation('tickets');
  const isNone = selected.length === 0;
  const resolvedCount = selected.filter(({ resolved }) => resolved).length;
  const openCount = selected.length - resolvedCount;
  return (
    <div className={styles.bar}>
      <Checkbox
        label={isNone ? t('select.all') : t('select.chosen', { count: selected.length })}
        isSelected={isAll && !isNone}
        isIndeterminate={!isAll && !isNone}
        onChange={onAll}
      />
      {openCount > 0 && (
        <Button onPress={() => onResolve(selected, true)}>{t('select.resolve', { count: openCount })}</Button>
      )}
      {resolvedCount > 0 && (
        <Button onPress={() => onResolve(selected, false)}>{t('select.reopen', { count: resolvedCount })}</Button>
      )}
    </div>
  );
}
