import styles from './row-checkbox.module.css';

export interface RowCheckboxProps {
  /** Read out. */
  readonly label: string;
  readonly isSelected: boolean;
  readonly onChange: () => void;
}

/** The browser's own checkbox, for rows: fifty of `Checkbox` take longer to draw than all else in a list. */
export function RowCheckbox({ label, isSelected, onChange }: RowCheckboxProps) {
  return (
    <label className={styles.choice}>
      <input type="checkbox" aria-label={label} checked={isSelected} onChange={onChange} />
    </label>
  );
}
