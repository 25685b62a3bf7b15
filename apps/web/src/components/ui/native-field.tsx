import { type ReactNode, useId } from 'react';
import styles from './field.module.css';

export interface NativeFieldProps {
  readonly label: string;
  readonly description: ReactNode;
  /** What is wrong with the value, and what to do. */
  readonly fault: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A field for a token or a code, for pages that must stay small: text-field.tsx is 4 kB. */
export function NativeField({ label, description, fault, value, onChange }: NativeFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <input
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${styles.input} ${styles.mono}`}
        data-invalid={fault === undefined ? undefined : true}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-description ${id}-fault`}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck="false"
      />
      <span id={`${id}-description`} className={styles.description}>
        {description}
      </span>
      <span id={`${id}-fault`} role="alert" className={styles.error}>
        {fault}
      </span>
    </div>
  );
}
