import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import styles from './drop-zone.module.css';

export interface DropZoneProps {
  readonly label: string;
  readonly onDrop: (entries: FileSystemEntry[]) => void;
  readonly onPaste: (files: File[]) => void;
  readonly children: ReactNode;
}

/**
 * A place for files and folders. It takes what is dropped anywhere on the page: a browser opens a file that misses its
 * target, and the page with all that is under way would be gone. Written by hand, because DropZone of react-aria is
 * 6 kB for dragging by keyboard between elements, and files come from outside; `children` has buttons for the keyboard.
 */
export function DropZone({ label, onDrop, onPaste, children }: DropZoneProps) {
  const [isTarget, setTarget] = useState(false);

  const enter = useEffectEvent((event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    setTarget(true);
  });
  const leave = useEffectEvent((event: DragEvent): void => {
    // Without a related target it is the window that was left.
    if (event.relatedTarget === null) setTarget(false);
  });
  const drop = useEffectEvent((event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    setTarget(false);
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry());
    onDrop(entries.filter((entry) => entry !== null));
  });
  const paste = useEffectEvent((event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) onPaste(files);
  });

  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    window.addEventListener('dragenter', enter, { signal });
    window.addEventListener('dragover', enter, { signal });
    window.addEventListener('dragleave', leave, { signal });
    window.addEventListener('drop', drop, { signal });
    window.addEventListener('paste', paste, { signal });
    return () => listening.abort();
  }, []);

  useEffect(() => {
    if (!isTarget) return undefined;
    // None comes while something is dragged: then it was let go elsewhere, of which browsers do not always tell.
    const end = (): void => setTarget(false);
    window.addEventListener('pointermove', end);
    return () => window.removeEventListener('pointermove', end);
  }, [isTarget]);

  return (
    <section aria-label={label} className={styles.zone} data-drop-target={isTarget || undefined}>
      {children}
    </section>
  );
}
