import { type ReactNode, useEffect, useRef } from 'react';
import styles from './step-heading.module.css';

export interface StepHeadingProps {
  /** 1 where the step is the page, 3 within a section. */
  readonly level: 1 | 3;
  /** Off where the first field of the step takes the focus. */
  readonly takesFocus?: boolean;
  readonly children: ReactNode;
}

/** Begins one of several screens; takes the focus, so that a screen reader reads on from here. */
export function StepHeading({ level, takesFocus = true, children }: StepHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);
  const Heading = `h${level}` as const;
  return (
    <Heading ref={heading} tabIndex={-1} className={styles.heading}>
      {children}
    </Heading>
  );
}
