import { Columns3 } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.js';
import type { Column } from './column-choice.js';
import styles from './columns.module.css';
import type { TableName } from './use-columns.js';

const ColumnChooser = lazy(() => import('./column-chooser.js').then((module) => ({ default: module.ColumnChooser })));

interface ColumnsButtonProps {
  readonly table: TableName;
  readonly columns: readonly Column[];
}

/** Opens the list of a table's columns: which are shown, and how wide. */
export function ColumnsButton({ table, columns }: ColumnsButtonProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  return (
    <span ref={place}>
      <Button variant="quiet" aria-haspopup="dialog" aria-expanded={isOpen} onPress={() => setOpen(true)}>
        <Columns3 aria-hidden />
        <span className={styles.buttonText}>{t('columns.button')}</span>
      </Button>
      <Suspense>
        {isOpen && <ColumnChooser table={table} columns={columns} place={place} onClose={() => setOpen(false)} />}
      </Suspense>
    </span>
  );
}
