import type { RefObject } from 'react';
import { Menu as AriaMenu, MenuItem as AriaMenuItem, Header, MenuSection, Popover } from 'react-aria-components';
import styles from './field.module.css';
import type { MenuChoice, MenuGroup } from './menu-choice.js';

export interface MenuListProps {
  readonly label: string;
  readonly choices: readonly MenuChoice[];
  readonly groups?: readonly MenuGroup[];
  /** The button that opened it. */
  readonly place: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

/** The open menu below its button. */
export function MenuList({ label, choices, groups = [], place, onClose }: MenuListProps) {
  return (
    <Popover
      triggerRef={place}
      trigger="MenuTrigger"
      placement="bottom start"
      aria-label={label}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <AriaMenu className={styles.list ?? ''} aria-label={label} autoFocus="first" onClose={onClose}>
        {groups.map((group) => (
          <MenuSection key={group.title}>
            <Header className={styles.heading ?? ''}>{group.title}</Header>
            {group.choices.map(itemOf)}
          </MenuSection>
        ))}
        {choices.map(itemOf)}
      </AriaMenu>
    </Popover>
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
