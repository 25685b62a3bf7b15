import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { styledParts } from './ansi-text.js';
import type { LogLine } from './line-window.js';
import styles from './tail.module.css';

const LINE_PX = 20;
/** What is shown of a line: a browser takes seconds for one of a megabyte. Copying and searching have all of it. */
const SHOWN_CHARACTERS = 10_000;
/** So near the end counts as the end. */
const END_PX = 24;

export interface LineListProps {
  readonly lines: readonly LogLine[];
  readonly isWrapped: boolean;
  /** Stays at the end while lines come. */
  readonly isFollowing: boolean;
  /** The reader has scrolled away from the end, or back to it. */
  readonly onFollowing: (isFollowing: boolean) => void;
}

/** Lines in a window that scrolls; only those in sight are in the page. */
export function LineList({ lines, isWrapped, isFollowing, onFollowing }: LineListProps) {
  const { t } = useTranslation('streams');
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => lines[index]?.id ?? index,
    overscan: 20,
  });
  const last = lines.at(-1)?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line moves the end, and so does wrapping
  useEffect(() => {
    const box = scroller.current;
    if (isFollowing && box) box.scrollTop = box.scrollHeight;
  }, [isFollowing, last, isWrapped, virtual.getTotalSize()]);
  const onScroll = (): void => {
    const box = scroller.current;
    if (!box) return;
    onFollowing(box.scrollHeight - box.scrollTop - box.clientHeight <= END_PX);
  };
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      data-wrapped={isWrapped || undefined}
      role="log"
      aria-live="off"
      aria-label={t('log')}
      // Who has no wheel scrolls it with the keys.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable (WCAG 2.1.1)
      tabIndex={0}
      onScroll={onScroll}
    >
      <div className={styles.lines} style={{ blockSize: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          return (
            line && (
              <div
                key={key}
                ref={isWrapped ? virtual.measureElement : undefined}
                data-index={index}
                className={styles.row}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Line line={line} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

const Line = memo(function Line({ line }: { readonly line: LogLine }) {
  const { t } = useTranslation('streams');
  if (line.missing > 0) return <span className={styles.gap}>{t('left_out', { count: line.missing })}</span>;
  const cut = line.text.length - SHOWN_CHARACTERS;
  return (
    <span data-level={line.level}>
      {styledParts(line.text.slice(0, SHOWN_CHARACTERS)).map(({ text, colour, isBold, isDim }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line never change
        <span key={index} data-colour={colour} data-bold={isBold || undefined} data-dim={isDim || undefined}>
          {text}
        </span>
      ))}
      {cut > 0 && <span className={styles.gap}>{t('cut', { count: cut })}</span>}
    </span>
  );
});
