import { useEffect, useState, useSyncExternalStore } from 'react';
import { useWithSecondFactor } from '../../components/second-factor-dialog.js';
import type { LogSource } from '../../components/streams/log-source.js';
import { NOTHING, TailSession, type TailView } from './tail-session.js';

const nothing = (): (() => void) => () => undefined;

/** The live log of a source while the page shows it; `attempt` begins it anew. */
export function useTail(source: LogSource, lines: number, attempt: number): TailView {
  const run = useWithSecondFactor();
  const [session, setSession] = useState<TailSession>();
  const name = JSON.stringify(source);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt is a session of its own
  useEffect(() => {
    const opened = new TailSession(JSON.parse(name) as LogSource, lines, run);
    setSession(opened);
    return () => {
      opened.close();
      setSession(undefined);
    };
  }, [name, lines, attempt, run]);
  return useSyncExternalStore(session?.subscribe ?? nothing, session?.view ?? (() => NOTHING));
}
