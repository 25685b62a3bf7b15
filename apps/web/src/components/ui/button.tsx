import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps, ProgressBar } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import styles from './button.module.css';

export interface ButtonProps extends Omit<AriaButtonProps, 'children'> {
  /** `primary`: the next thing to do, at most one in view. `quiet`: an icon or a word among many. */
  readonly variant?: 'primary' | 'secondary' | 'quiet' | 'danger';
  readonly ref?: Ref<HTMLButtonElement>;
  readonly children?: ReactNode;
}

export function Button({ variant = 'secondary', children, ...props }: ButtonProps) {
  const { t } = useTranslation();
  return (
    <AriaButton {...props} className={`${styles.button} ${styles[variant]}`}>
      {children}
      {/* What a screen reader says while the button waits for its answer. */}
      {props.isPending && <ProgressBar isIndeterminate aria-label={t('loading')} className="visually-hidden" />}
    </AriaButton>
  );
}
