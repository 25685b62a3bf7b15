import { type FormEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
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

const NOTHING_TYPED: ReadonlySet<string> = new Set();

/** Fields below each other, sent with Enter or the button. The first field with an error gets the focus. */
export function Form({ errors, onSubmit, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState({ since: errors, names: NOTHING_TYPED });
  // An error goes as soon as its field is typed into. Left to react-aria it goes when the field loses the focus, which
  // is when the button is pressed: the button then moves up from under the pointer, and the press is lost.
  const shown = useMemo(() => {
    if (!errors || typed.since !== errors) return errors;
    return Object.fromEntries(Object.entries(errors).filter(([name]) => !typed.names.has(name)));
  }, [errors, typed]);
  useEffect(() => {
    if (errors && Object.keys(errors).length > 0) {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
  }, [errors]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  const note = ({ target }: FormEvent): void => {
    if (!errors || !(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
    const { name } = target;
    setTyped(({ since, names }) => ({ since: errors, names: new Set([...(since === errors ? names : []), name]) }));
  };
  return (
    <AriaForm ref={form} onSubmit={submit} {...(shown && { validationErrors: shown })}>
      <div className={styles.form} onInput={note}>
        {children}
      </div>
    </AriaForm>
  );
}

/** The buttons at the end of a form. */
export function FormActions({ children }: { readonly children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
