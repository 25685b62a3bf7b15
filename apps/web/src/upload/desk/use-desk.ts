import { type ComponentType, useCallback, useEffect, useRef, useState } from 'react';
import type { Allowance } from '../engine/upload-queue.js';
import type { Chosen } from '../sources/chosen.js';
import { hasTraces } from '../traces.js';
import type { DeskViewProps } from './desk-view.js';
import type { UploadDesk } from './upload-desk.js';

interface OpenDesk {
  readonly desk: UploadDesk;
  readonly View: ComponentType<DeskViewProps>;
}

export interface DeskHandle {
  readonly open: OpenDesk | undefined;
  /** The rest of the page's program could not be fetched; what was chosen is not sent. */
  readonly hasFailed: boolean;
  readonly choose: (chosen: Chosen, allowance: Allowance) => Promise<void>;
}

const fetchDesk = () => Promise.all([import('./upload-desk.js'), import('./desk-view.js')]);

/**
 * What moves files is fetched once the page is there, so that the first one begins at once. It is opened when that is
 * chosen, or when an earlier visit has left something to show.
 */
export function useDesk(token: string, ticket: string, onStored: () => void): DeskHandle {
  const [open, setOpen] = useState<OpenDesk>();
  const [hasFailed, setFailed] = useState(false);
  const opening = useRef<Promise<OpenDesk>>(undefined);

  const show = useCallback(async (): Promise<OpenDesk | undefined> => {
    setFailed(false);
    opening.current ??= fetchDesk().then(([{ UploadDesk }, { DeskView }]) => ({
      desk: new UploadDesk(token, ticket, onStored),
      View: DeskView,
    }));
    try {
      const opened = await opening.current;
      setOpen(opened);
      return opened;
    } catch {
      opening.current = undefined;
      setFailed(true);
      return undefined;
    }
  }, [token, ticket, onStored]);

  useEffect(() => {
    if (hasTraces()) void show();
    // Where it fails, choosing a file tries again and says so.
    else fetchDesk().catch(() => undefined);
    return () => {
      opening.current?.then(({ desk }) => desk.dispose());
      opening.current = undefined;
    };
  }, [show]);

  const choose = useCallback(
    async (chosen: Chosen, allowance: Allowance): Promise<void> => {
      const opened = await show();
      await opened?.desk.choose(chosen, allowance);
    },
    [show],
  );
  return { open, hasFailed, choose };
}
