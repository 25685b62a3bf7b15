import type { ReactNode } from 'react';
import { FileTrigger as AriaFileTrigger } from 'react-aria-components';

export interface FileTriggerProps {
  /** A whole folder in place of files. */
  readonly isFolder?: boolean;
  readonly onChoose: (files: File[]) => void;
  /** The button that opens the dialog. */
  readonly children: ReactNode;
}

/** Lets somebody choose files, or a folder, in the dialog of their system. */
export function FileTrigger({ isFolder = false, onChoose, children }: FileTriggerProps) {
  return (
    <AriaFileTrigger allowsMultiple acceptDirectory={isFolder} onSelect={(files) => onChoose([...(files ?? [])])}>
      {children}
    </AriaFileTrigger>
  );
}
