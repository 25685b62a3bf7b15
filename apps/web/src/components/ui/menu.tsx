import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { Button, type ButtonProps } from './button.js';
import type { MenuChoice, MenuGroup } from './menu-choice.js';

const fetchList = () => import('./menu-list.js');
const MenuList = lazy(() => fetchList().then((module) => ({ default: module.MenuList })));

export interface MenuProps {
  /** What the button says to those who cannot see it. */
  readonly label: string;
  readonly button: ReactNode;
  readonly choices: readonly MenuChoice[];
  /** Before the choices that stand alone. */
  readonly groups?: readonly MenuGroup[];
  readonly variant?: ButtonProps['variant'];
}

/** A button with a list of actions below it, which is fetched when somebody is about to open it. */
export function Menu({ label, button, choices, groups, variant = 'quiet' }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLButtonElement>(null);
  const prepare = (): void => void fetchList();
  return (
    <>
      <Button
        ref={place}
        variant={variant}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onHoverStart={prepare}
        onFocus={prepare}
        onPress={() => setOpen(true)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') setOpen(true);
          else event.continuePropagation();
        }}
      >
        {button}
      </Button>
      <Suspense>
        {isOpen && (
          <MenuList
            label={label}
            choices={choices}
            {...(groups && { groups })}
            place={place}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </>
  );
}
