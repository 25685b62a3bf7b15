import type { FormEvent, ReactNode, Ref } from 'react';
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
} from 'react-aria-components';
import styles from './field.module.css';

export interface TextFieldProps extends AriaTextFieldProps {
  readonly label: string;
  readonly description?: ReactNode;
  readonly placeholder?: string;
  /** More than one line of text. */
  readonly rows?: number;
  /** Tokens, codes and names of files. */
  readonly isMono?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** The label is read out but not shown: where a heading above says the same. */
  readonly isLabelHidden?: boolean;
}

/**
 * An error goes as soon as what is typed is right. Left to react-aria it goes when the field loses the focus, which is
 * when the button is pressed: the button then moves up from under the pointer, and the press is lost.
 */
function checkAgain({ currentTarget: input }: FormEvent<HTMLInputElement>): void {
  if (input.getAttribute('aria-invalid') === 'true') input.dispatchEvent(new Event('change'));
}

export function TextField({
  label,
  description,
  placeholder,
  rows,
  isMono,
  inputRef,
  isLabelHidden,
  ...props
}: TextFieldProps) {
  const className = `${styles.input} ${isMono ? styles.mono : ''}`;
  return (
    <AriaTextField {...props} onInput={checkAgain} className={styles.field ?? ''}>
      <Label className={(isLabelHidden ? 'visually-hidden' : styles.label) ?? ''}>{label}</Label>
      {rows ? (
        <TextArea rows={rows} placeholder={placeholder} className={className} />
      ) : (
        <Input ref={inputRef} placeholder={placeholder} className={className} />
      )}
      {description && (
        <Text slot="description" className={styles.description ?? ''}>
          {description}
        </Text>
      )}
      <FieldError className={styles.error ?? ''} />
    </AriaTextField>
  );
}
