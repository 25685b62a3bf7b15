import type { ReactNode } from 'react';

/** An entry of a menu. */
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
