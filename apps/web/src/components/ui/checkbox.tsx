import { Check, Minus } from 'lucide-react';
import { Checkbox as AriaCheckbox, type CheckboxProps as AriaCheckboxProps } from 'react-aria-components';
import styles from './checkbox.module.css';

export interface CheckboxProps extends Omit<AriaCheckboxProps, 'children'> {
  readonly label: string;
  /** The label is read out but not shown: in a row of a table. */
  readonly isLabelHidden?: boolean;
}

export function Checkbox({ label, isLabelHidden, ...props }: CheckboxProps) {
  return (
    <AriaCheckbox {...props} className={styles.checkbox ?? ''}>
      {({ isSelected, isIndeterminate }) => (
        <>
          <span className={styles.box}>
            {isIndeterminate ? <Minus aria-hidden /> : isSelected ? <Check aria-hidden /> : null}
          </span>
          <span className={isLabelHidden ? 'visually-hidden' : undefined}>{label}</span>
        </>
      )}
    </AriaCheckbox>
  );
}
