import { Search } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Autocomplete,
  Dialog,
  Input,
  Modal,
  ModalOverlay,
  SearchField,
} from 'react-aria-components';
import styles from './command-list.module.css';
import { DRAWN_FIRST } from './drawn-first.js';
import field from './field.module.css';

export interface Command {
  readonly id: string;
  readonly text: string;
  readonly icon: ReactNode;
  /** Beside the text, quieter: a state or a key. */
  readonly detail?: string | undefined;
  readonly onAction: () => void;
}

interface CommandListProps {
  readonly label: string;
  readonly placeholder: string;
  /** Said where nothing fits. */
  readonly nothing: string;
  /** Those that fit what is typed, the best first. */
  readonly commands: readonly Command[];
  readonly typed: string;
  readonly onType: (typed: string) => void;
  /** Enter, while there is nothing to take. */
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}

/** One field over a list of actions: type, arrow down, Enter. */
export function CommandList({
  label,
  placeholder,
  nothing,
  commands,
  typed,
  onType,
  onSubmit,
  onClose,
}: CommandListProps) {
  return (
    <ModalOverlay
      {...DRAWN_FIRST}
      isOpen
      isDismissable
      onOpenChange={(isOpen) => !isOpen && onClose()}
      className={styles.overlay ?? ''}
    >
      <Modal className={styles.modal ?? ''}>
        <Dialog aria-label={label} className={styles.dialog ?? ''}>
          <Autocomplete inputValue={typed} onInputChange={onType}>
            <SearchField aria-label={label} autoFocus onSubmit={onSubmit} className={styles.search ?? ''}>
              <Search aria-hidden />
              <Input placeholder={placeholder} className={styles.input ?? ''} />
            </SearchField>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
            <section className={styles.scroll} tabIndex={0} aria-label={label}>
              <AriaMenu
                aria-label={label}
                items={commands}
                className={styles.list ?? ''}
                renderEmptyState={() => <p className={styles.nothing}>{nothing}</p>}
              >
                {({ id, text, icon, detail, onAction }) => (
                  <AriaMenuItem
                    id={id}
                    textValue={text}
                    onAction={() => {
                      onClose();
                      onAction();
                    }}
                    className={field.item ?? ''}
                  >
                    {icon}
                    <span className={styles.text}>{text}</span>
                    {detail && <small className={styles.detail}>{detail}</small>}
                  </AriaMenuItem>
                )}
              </AriaMenu>
            </section>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
