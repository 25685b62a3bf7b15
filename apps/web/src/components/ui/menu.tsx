import type { ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Button, type ButtonProps } from './button.js';
import styles from './field.module.css';

export interface MenuChoice {
  readonly id: string;
  readonly text: string;
  readonly icon?: ReactNode;
  readonly onAction: () => void;
}

export interface MenuProps {
  /** What the button says to those who cannot see it. */
  readonly label: string;
  readonly button: ReactNode;
  readonly choices: readonly MenuChoice[];
  readonly variant?: ButtonProps['variant'];
}

/** A button with a list of actions below it. */
export function Menu({ label, button, choices, variant = 'quiet' }: MenuProps) {
  return (
    <MenuTrigger>
      <Button variant={variant} aria-label={label}>
        {button}
      </Button>
      <Popover>
        <AriaMenu className={styles.list ?? ''} items={choices} aria-label={label}>
          {({ id, text, icon, onAction }) => (
            <AriaMenuItem id={id} textValue={text} onAction={onAction} className={styles.item ?? ''}>
              {icon}
              {text}
            </AriaMenuItem>
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
