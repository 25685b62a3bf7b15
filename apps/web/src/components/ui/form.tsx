import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { Form as AriaForm } from 'react-aria-components';
import styles from './form.module.css';

/** What is wrong, by the name of the field. */
export type FieldErrors = Record<string, string | string[]>;

export interface FormProps {
  /** What the server found; each is shown at its field until that is changed. The same object for the same answer. */
  readonly errors?: FieldErrors | undefined;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

/** Fields below each other, sent with Enter or the button. The first field with an error gets the focus. */
export function Form({ errors, onSubmit, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (errors && Object.keys(errors).length > 0) {
      const first = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
      first?.focus();
      // What is typed next takes the place of what was wrong.
      if (first instanceof HTMLInputElement) first.select();
    }
  }, [errors]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <AriaForm ref={form} onSubmit={submit} {...(errors && { validationErrors: errors })}>
      <div className={styles.form}>{children}</div>
    </AriaForm>
  );
}

/** The buttons at the end of a form. */
export function FormActions({ children }: { readonly children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
