import type { ReactNode, RefObject } from 'react';
import { Dialog, Popover } from 'react-aria-components';
import styles from './dialog.module.css';

export interface PopoverDialogProps {
  readonly label: string;
  /** Beside what it opens. */
  readonly place: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A small box beside what opened it; the page behind it stays in sight. */
export function PopoverDialog({ label, place, onClose, children }: PopoverDialogProps) {
  return (
    <Popover triggerRef={place} isOpen onOpenChange={(isOpen) => !isOpen && onClose()} placement="bottom end">
      <Dialog aria-label={label} className={styles.popover ?? ''}>
        {children}
      </Dialog>
    </Popover>
  );
}
