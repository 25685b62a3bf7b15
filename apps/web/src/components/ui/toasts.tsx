import { X } from 'lucide-react';
import {
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from './button.js';
import styles from './toasts.module.css';

export interface ToastMessage {
  readonly text: string;
  /** For example undo. */
  readonly action?: { readonly text: string; readonly onAction: () => void };
}

/** Long enough to read and to reach the undo. */
export const SHOWN_MS = 8_000;

const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 3 });

/** Answers how to take it away again. */
export function showToast(message: ToastMessage): () => void {
  const key = queue.add(message, { timeout: SHOWN_MS });
  return () => queue.close(key);
}

/** Where toasts appear; once in the application. */
export function Toasts() {
  const { t } = useTranslation();
  return (
    <ToastRegion queue={queue} aria-label={t('notifications')} className={styles.region ?? ''}>
      {({ toast }) => (
        <Toast toast={toast} className={styles.toast ?? ''}>
          <ToastContent className={styles.content ?? ''}>
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
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
