import { ChevronDown } from 'lucide-react';
import {
  Select as AriaSelect,
  Button,
  type Key,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from 'react-aria-components';
import styles from './field.module.css';

export interface SelectOption<Value extends string> {
  readonly id: Value;
  readonly text: string;
}

export interface SelectProps<Value extends string> {
  readonly label: string;
  readonly options: readonly SelectOption<Value>[];
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly placeholder?: string;
  /** The label is read out but not shown: for a row of filters. */
  readonly isLabelHidden?: boolean;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, options, value, onChange, placeholder, isLabelHidden } = props;
  const choose = (key: Key | null): void => {
    const chosen = options.find(({ id }) => id === key);
    if (chosen) onChange(chosen.id);
  };
  return (
    <AriaSelect className={styles.field ?? ''} value={value} onChange={choose} placeholder={placeholder ?? ''}>
      <Label className={(isLabelHidden ? 'visually-hidden' : styles.label) ?? ''}>{label}</Label>
      <Button className={`${styles.input} ${styles.select}`}>
        <SelectValue />
        <ChevronDown aria-hidden />
      </Button>
      <Popover>
        <ListBox className={styles.list ?? ''} items={options}>
          {({ id, text }) => (
            <ListBoxItem id={id} textValue={text} className={styles.item ?? ''}>
              {text}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
