import type { ReactNode } from 'react';
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Header,
  MenuSection,
  MenuTrigger,
  Popover,
} from 'react-aria-components';
import { Button, type ButtonProps } from './button.js';
import styles from './field.module.css';

export interface MenuChoice {
  readonly id: string;
  readonly text: string;
  readonly icon?: ReactNode;
  readonly onAction: () => void;
}

/** Choices that belong together, under a heading of their own. */
export interface MenuGroup {
  readonly title: string;
  readonly choices: readonly MenuChoice[];
}

export interface MenuProps {
  /** What the button says to those who cannot see it. */
  readonly label: string;
  readonly button: ReactNode;
  readonly choices: readonly MenuChoice[];
  /** Before the choices that stand alone. */
  readonly groups?: readonly MenuGroup[];
  readonly variant?: ButtonProps['variant'];
}

/** A button with a list of actions below it. */
export function Menu({ label, button, choices, groups = [], variant = 'quiet' }: MenuProps) {
  return (
    <MenuTrigger>
      <Button variant={variant} aria-label={label}>
        {button}
      </Button>
      <Popover>
        <AriaMenu className={styles.list ?? ''} aria-label={label}>
          {groups.map((group) => (
            <MenuSection key={group.title}>
              <Header className={styles.heading ?? ''}>{group.title}</Header>
              {group.choices.map(itemOf)}
            </MenuSection>
          ))}
          {choices.map(itemOf)}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

function itemOf({ id, text, icon, onAction }: MenuChoice) {
  return (
    <AriaMenuItem key={id} id={id} textValue={text} onAction={onAction} className={styles.item ?? ''}>
      {icon}
      {text}
    </AriaMenuItem>
  );
}
