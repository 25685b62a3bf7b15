import type { ComponentProps } from 'react';
import { Focusable, Tooltip, TooltipTrigger } from 'react-aria-components';
import styles from './tip.module.css';

/** Long enough for whoever only passes over the button. */
const DELAY_MS = 500;

export interface TipProps {
  /** What the button does. */
  readonly text: string;
  /** The key that does the same; the button has it as `aria-keyshortcuts` too. */
  readonly shortcut: string;
  /** The button. */
  readonly children: ComponentProps<typeof Focusable>['children'];
  /** `children` is an element of the browser, such as a link, and no button of ours. */
  readonly isPlain?: boolean;
}

/** Shows a button's key to those who rest on it with the pointer or the focus. */
export function Tip({ text, shortcut, children, isPlain = false }: TipProps) {
  return (
    <TooltipTrigger delay={DELAY_MS}>
      {isPlain ? <Focusable>{children}</Focusable> : children}
      <Tooltip placement="bottom" offset={6} className={styles.tip ?? ''}>
        {text} <kbd>{shortcut}</kbd>
      </Tooltip>
    </TooltipTrigger>
  );
}
