/** Runs what needs the second factor. */
export function useWithSecondFactor(): { run<T>(action: () => Promise<T>): Promise<T> } {
  return { run: (action) => action() };
}
