import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import {
  type QueuedToast,
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../../lib/use-shortcuts.js';
import { Button } from './button.js';
import styles from './toasts.module.css';

export interface ToastMessage {
  readonly text: string;
  /** What can be done about it. */
  readonly action?: { readonly text: string; readonly onAction: () => void };
  /** Takes back what the message tells of; `u` does it too, as a toast is far from the row that one was at. */
  readonly onUndo?: () => void;
}

/** Long enough to read and to reach the undo. */
export const SHOWN_MS = 8_000;

const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 3 });

const subscribe = (changed: () => void): (() => void) => queue.subscribe(changed);
const hasToasts = (): boolean => queue.visibleToasts.length > 0;

/** Answers how to take it away again. */
export function showToast(message: ToastMessage): () => void {
  const key = queue.add(message, { timeout: SHOWN_MS });
  return () => queue.close(key);
}

/** Where toasts appear; once in the application. */
export function Toasts() {
  const { t } = useTranslation();
  const isShown = useSyncExternalStore(subscribe, hasToasts);
  const undo = ({ content, key }: QueuedToast<ToastMessage>): void => {
    content.onUndo?.();
    queue.close(key);
  };
  useShortcuts({
    u: () => {
      const newest = queue.visibleToasts.find(({ content }) => content.onUndo);
      if (newest) undo(newest);
    },
  });
  return (
    // Anew with the first toast: one that began empty is not among the parts that F6 leads through.
    <ToastRegion key={String(isShown)} queue={queue} aria-label={t('notifications')} className={styles.region ?? ''}>
      {({ toast }) => (
        <Toast toast={toast} className={styles.toast ?? ''}>
          <ToastContent className={styles.content ?? ''}>
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          {toast.content.onUndo && (
            <Button variant="quiet" aria-keyshortcuts="u" onPress={() => undo(toast)}>
              {t('undo')}{' '}
              <kbd aria-hidden className={styles.key}>
                u
              </kbd>
            </Button>
          )}
          {toast.content.action && (
            <Button
              variant="quiet"
              onPress={() => {
                toast.content.action?.onAction();
                queue.close(toast.key);
              }}
            >
              {toast.content.action.text}
            </Button>
          )}
          <Button slot="close" variant="quiet" aria-label={t('close')}>
            <X aria-hidden />
          </Button>
        </Toast>
      )}
    </ToastRegion>
  );
}
