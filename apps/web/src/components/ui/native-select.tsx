import type { ReactNode } from 'react';
import styles from './native-select.module.css';

export interface NativeSelectProps<Value extends string> {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly value: Value;
  readonly choices: readonly { readonly id: Value; readonly text: string }[];
  readonly onChange: (value: Value) => void;
  /** With the frame of a field, among other filters. */
  readonly isFramed?: boolean;
  /** Shown by its icon alone, until it is opened. */
  readonly isIconOnly?: boolean;
}

/** The select of the system: for pages that must stay small, for thumbs, and for lists that must answer at once. */
export function NativeSelect<Value extends string>(props: NativeSelectProps<Value>) {
  const { label, icon, value, choices, onChange, isFramed = false, isIconOnly = false } = props;
  return (
    <label className={`${styles.select} ${isFramed ? styles.framed : ''} ${isIconOnly ? styles.iconOnly : ''}`}>
      {icon}
      <span className="visually-hidden">{label}</span>
      <select
        value={value}
        onChange={(event) => {
          const chosen = choices.find(({ id }) => id === event.target.value);
          if (chosen) onChange(chosen.id);
        }}
      >
        {choices.map(({ id, text }) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
