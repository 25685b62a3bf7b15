import { Check, Minus } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Checkbox as AriaCheckbox, type CheckboxProps as AriaCheckboxProps } from 'react-aria-components';
import styles from './checkbox.module.css';

export interface CheckboxProps extends Omit<AriaCheckboxProps, 'children' | 'className'> {
  readonly label: ReactNode;
  /** A quiet line below the label. */
  readonly description?: string;
  /** The label is read out but not shown: in a row of a table. */
  readonly isLabelHidden?: boolean;
}

export function Checkbox({ label, description, isLabelHidden, ...props }: CheckboxProps) {
  const id = useId();
  return (
    <div>
      <AriaCheckbox {...props} {...(description && { 'aria-describedby': id })} className={styles.checkbox ?? ''}>
        {({ isIndeterminate }) => (
          <>
            <span className={styles.box}>{isIndeterminate ? <Minus aria-hidden /> : <Check aria-hidden />}</span>
            <span className={isLabelHidden ? 'visually-hidden' : undefined}>{label}</span>
          </>
        )}
      </AriaCheckbox>
      {description && (
        <small id={id} className={styles.description}>
          {description}
        </small>
      )}
    </div>
  );
}
