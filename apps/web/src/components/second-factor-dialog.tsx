import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useRef, useState } from 'react';
import { ApiProblem } from '../lib/api-problem.js';

const VerifyDialog = lazy(() =>
  import('./credentials/verify-dialog.js').then((module) => ({ default: module.VerifyDialog })),
);

/** Does an action; see {@link useWithSecondFactor}. */
export type RunWithSecondFactor = <Result>(action: () => Promise<Result>) => Promise<Result>;

const ANSWERED_BY_A_CODE = ['fresh_second_factor_required', 'second_factor_required'];

const RunContext = createContext<RunWithSecondFactor | undefined>(undefined);

/**
 * For actions that need the second factor within the last five minutes. `run(action)` does the action; where the API
 * refuses it for want of a fresh code, a dialog asks for one and the action is done again by itself. Whoever cancels
 * the dialog gets the refusal as the action's error, an `ApiProblem` with the code `fresh_second_factor_required`,
 * which `ProblemNotice` has words for.
 *
 * ```ts
 * const run = useWithSecondFactor();
 * return useMutation({
 *   mutationFn: (name: string) =>
 *     run(() => bodyOf(api.DELETE('/api/v1/platforms/{name}', { params: { path: { name } } }))),
 * });
 * ```
 *
 * The action may run twice, so it makes its request anew each time, as above. It works anywhere inside the shell; the
 * dialog may open over another one.
 */
export function useWithSecondFactor(): RunWithSecondFactor {
  const run = useContext(RunContext);
  if (!run) throw new Error('useWithSecondFactor needs a SecondFactorProvider around it.');
  return run;
}

export interface SecondFactorProviderProps {
  /** A code was right: what the account may do has changed. */
  readonly onVerified: () => void;
  readonly children: ReactNode;
}

/** Holds the one dialog that asks for a code; once in the application, around all pages. */
export function SecondFactorProvider({ onVerified, children }: SecondFactorProviderProps) {
  const [answer, setAnswer] = useState<((isGiven: boolean) => void) | undefined>();
  const asked = useRef<Promise<boolean>>(undefined);

  /** Actions refused at the same time wait for the same code. */
  const ask = useCallback((): Promise<boolean> => {
    asked.current ??= new Promise<boolean>((resolve) => setAnswer(() => resolve)).finally(() => {
      asked.current = undefined;
      setAnswer(undefined);
    });
    return asked.current;
  }, []);

  const run = useCallback<RunWithSecondFactor>(
    async (action) => {
      try {
        return await action();
      } catch (error) {
        if (!isAnsweredByCode(error) || !(await ask())) throw error;
        return action();
      }
    },
    [ask],
  );

  const verified = (): void => {
    onVerified();
    answer?.(true);
  };
  return (
    <RunContext value={run}>
      {children}
      <Suspense fallback={null}>
        {answer && <VerifyDialog onVerified={verified} onCancel={() => answer(false)} />}
      </Suspense>
    </RunContext>
  );
}

function isAnsweredByCode(error: unknown): boolean {
  return error instanceof ApiProblem && ANSWERED_BY_A_CODE.includes(error.code);
}
