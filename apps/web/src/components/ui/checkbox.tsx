import { Check } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Checkbox as AriaCheckbox, type CheckboxProps as AriaCheckboxProps } from 'react-aria-components';
import styles from './checkbox.module.css';

export interface CheckboxProps extends Omit<AriaCheckboxProps, 'children' | 'className'> {
  readonly children: ReactNode;
  /** A quiet line below the label. */
  readonly description?: string;
}

export function Checkbox({ children, description, ...props }: CheckboxProps) {
  const id = useId();
  return (
    <div>
      <AriaCheckbox {...props} {...(description && { 'aria-describedby': id })} className={styles.checkbox ?? ''}>
        <span className={styles.box}>
          <Check aria-hidden />
        </span>
        <span>{children}</span>
      </AriaCheckbox>
      {description && (
        <small id={id} className={styles.description}>
          {description}
        </small>
      )}
    </div>
  );
}
