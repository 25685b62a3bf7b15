import { type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.js';
import { Checkbox } from '../ui/checkbox.js';
import { PopoverDialog } from '../ui/popover-dialog.js';
import {
  type Column,
  MAX_WIDTH,
  MIN_WIDTH,
  shownColumns,
  UNCHANGED,
  withColumnShown,
  withWidth,
} from './column-choice.js';
import styles from './columns.module.css';
import { measureColumns } from './measure-columns.js';
import { type TableName, useColumnChoice } from './use-columns.js';

interface ColumnChooserProps {
  readonly table: TableName;
  readonly columns: readonly Column[];
  /** Beside what it opens. */
  readonly place: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

/** Which columns a table shows and how wide each is; what is chosen is seen at once. */
export function ColumnChooser({ table, columns, place, onClose }: ColumnChooserProps) {
  const { t } = useTranslation();
  const [choice, choose] = useColumnChoice(table);
  const [measured, setMeasured] = useState<Readonly<Record<string, number>>>({});
  // Columns that come and go change the widths of the others.
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each choice the table is laid out anew
  useEffect(() => setMeasured(measureColumns(table)), [table, choice]);
  const shown = shownColumns(columns, choice);
  return (
    <PopoverDialog label={t('columns.button')} place={place} onClose={onClose}>
      <ul className={styles.columns}>
        {columns.map((column) => (
          <li key={column.id}>
            <Checkbox
              label={column.text}
              isSelected={shown.includes(column)}
              isDisabled={column.isNeeded ?? false}
              onChange={(isShown) => choose(withColumnShown(choice, column.id, isShown))}
            />
            {shown.includes(column) && column !== shown.at(-1) && (
              <input
                type="range"
                aria-label={t('columns.width', { name: column.text })}
                min={MIN_WIDTH}
                max={MAX_WIDTH}
                step={8}
                value={choice.widths[column.id] ?? measured[column.id] ?? MIN_WIDTH}
                onChange={(event) => choose(withWidth(choice, column.id, Number(event.target.value), measured))}
              />
            )}
          </li>
        ))}
      </ul>
      <p className={styles.hint}>{t('columns.hint')}</p>
      <div>
        <Button isDisabled={choice === UNCHANGED} onPress={() => choose(UNCHANGED)}>
          {t('columns.reset')}
        </Button>
      </div>
    </PopoverDialog>
  );
}
